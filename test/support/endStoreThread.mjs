/** Loaded before the desk: SIGUSR2 ends the thread of its embedded store, as an error inside it would. */
import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';

let storeThread;
Worker.prototype.on = function on(...listener) {
  storeThread ??= this;
  return EventEmitter.prototype.on.apply(this, listener);
};
process.on('SIGUSR2', () => storeThread.terminate());
