/** What the threads of a desk hold on to: their heaps with all garbage collected, which shows a leak as nothing else does. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until.ts';

/** In MB: garbage and all, and what is left when the garbage is gone. */
export interface Heap {
  beforeMb: number;
  afterMb: number;
}
/** The main thread's and the embedded store's. */
export type Heaps = Record<'desk' | 'store', Heap>;

const THREADS = 2;
const file = join(tmpdir(), `notify-inbox-heap-${process.pid}.jsonl`);

/** For a desk that will be asked. */
export const heapArguments = ['--import', new URL('tellHeap.mjs', import.meta.url).href];
export const heapEnv = { TELL_HEAP: file };

export async function collectedHeaps(pid: number): Promise<Heaps> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const lines = await until('each thread to tell its heap', async () => {
    const told = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    return told.length >= THREADS && told;
  });
  const mb = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10;
  return Object.fromEntries(
    lines.map((line) => {
      const { thread, before, after } = JSON.parse(line);
      return [thread, { beforeMb: mb(before), afterMb: mb(after) }];
    }),
  ) as Heaps;
}
