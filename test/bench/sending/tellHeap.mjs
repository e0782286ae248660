/**
 * Loaded into a measured desk before its own code: on SIGUSR2 each of its threads collects its garbage and writes what
 * its heap held before and holds after, a line of JSON each, to the file that `TELL_HEAP` names.
 */
import { appendFileSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const file = process.env.TELL_HEAP;

function tell() {
  const usedBytes = () => getHeapStatistics().used_heap_size;
  const before = usedBytes();
  collect();
  const line = { thread: isMainThread ? 'desk' : 'store', before, after: usedBytes() };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

const channel = new BroadcastChannel('tellHeap');
channel.unref();
channel.onmessage = tell;
if (isMainThread)
  process.on('SIGUSR2', () => {
    channel.postMessage('tell');
    tell();
  });
