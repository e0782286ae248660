/**
 * Loaded into a measured desk before its own code. On SIGUSR2 each thread collects its garbage and writes its heap
 * size before and after, one line of JSON per thread, to the file that `HEAP_REPORT` names.
 */
import { appendFileSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const file = process.env.HEAP_REPORT;

function report() {
  const usedBytes = () => getHeapStatistics().used_heap_size;
  const before = usedBytes();
  collect();
  const line = { thread: isMainThread ? 'desk' : 'store', before, after: usedBytes() };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

const channel = new BroadcastChannel('reportHeap');
channel.unref();
channel.onmessage = report;
if (isMainThread)
  process.on('SIGUSR2', () => {
    channel.postMessage('report');
    report();
  });
