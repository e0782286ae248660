/** Switches `watchDesk.mjs` in a measured process on and off, and reads what it noted. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import { readStages, type StageTimes } from './stages.ts';

export interface Watched {
  /** By the network's own numbers; empty for the baseline, which reports no stages. */
  stages: StageTimes;
  /** Garbage collections of the main thread, and of the embedded store's. */
  mainGc: Float64Array;
  storeGc: Float64Array;
}

export interface DeskWatch {
  nodeArguments: string[];
  env: Record<string, string>;
  begin(pid: number): Promise<void>;
  end(pid: number): Promise<Watched>;
}

const THREADS = ['main', 'store'] as const;

export function createDeskWatch(folder: string): DeskWatch {
  const waitForFile = (name: string) =>
    until(`the measured process to write ${name}`, () => readFile(join(folder, name)).catch(() => null), {
      timeoutMs: 30_000,
    });
  const times = async (name: string) => {
    const bytes = await waitForFile(name);
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  return {
    nodeArguments: ['--import', new URL('./watchDesk.mjs', import.meta.url).href],
    env: { WATCH_FOLDER: folder },
    async begin(pid) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      process.kill(pid, 'SIGUSR2');
      await Promise.all(THREADS.map((thread) => times(`${thread}.begun`)));
    },
    async end(pid) {
      process.kill(pid, 'SIGUSR2');
      const [mainGc, storeGc] = await Promise.all(THREADS.map((thread) => times(`${thread}.pauses`)));
      return { stages: readStages(await times('stages')), mainGc: mainGc!, storeGc: storeGc! };
    },
  };
}
