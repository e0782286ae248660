/** Loaded before the desk and its threads: SIGUSR2 makes the thread of the embedded store throw. */
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('end the store');
channel.unref();
if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('now'));
else
  channel.onmessage = () => {
    throw new Error('the store of this test ends');
  };
