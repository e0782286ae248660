/** Heaps of a desk's threads after a full garbage collection, which shows a leak more clearly than anything else. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until.ts';

/** In MB: with garbage, and after the garbage is collected. */
export interface Heap {
  beforeMb: number;
  afterMb: number;
}
/** The main thread's heap and the embedded store's. */
export type Heaps = Record<'desk' | 'store', Heap>;

const THREADS = 2;
const file = join(tmpdir(), `notify-inbox-heap-${process.pid}.jsonl`);

/** Arguments for a desk whose heaps will be measured. */
export const heapArguments = ['--import', new URL('reportHeap.mjs', import.meta.url).href];
export const heapEnv = { HEAP_REPORT: file };

export async function collectedHeaps(pid: number): Promise<Heaps> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const lines = await until('each thread to report its heap', async () => {
    const reported = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    return reported.length >= THREADS && reported;
  });
  const mb = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10;
  return Object.fromEntries(
    lines.map((line) => {
      const { thread, before, after } = JSON.parse(line);
      return [thread, { beforeMb: mb(before), afterMb: mb(after) }];
    }),
  ) as Heaps;
}
