/**
 * A process's own folder for files that are being uploaded. The process removes it when it closes and touches it
 * every minute while it runs. Any process removes a folder that was not touched for ten minutes: its owner was
 * killed.
 */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../observability/logger.ts';
import { type LoopClock, startDueLoop, systemClock } from '../work/dueLoop.ts';
import type { Closing } from './closing.ts';

const ALIVE_EVERY_MS = 60_000;
const STALE_AFTER_MS = 10 * 60_000;

export interface TemporaryFolderDeps {
  logger: Logger;
  closing: Closing;
  /** The parent of all processes' folders. */
  parentDir?: string;
  clock?: LoopClock;
}

/** @param kind what it holds; processes find each other's folders by it. */
export async function openTemporaryFolder(
  { logger, closing, parentDir = tmpdir(), clock = systemClock }: TemporaryFolderDeps,
  kind: 'lists' | 'images' | 'canned',
): Promise<string> {
  const prefix = `notify-inbox-${kind}-`;
  const own = await mkdtemp(join(parentDir, prefix));
  async function look(): Promise<void> {
    // If this process slept for long, another may have removed its folder.
    await mkdir(own, { recursive: true, mode: 0o700 });
    await removeStale(parentDir, prefix, await touch(own));
  }
  const logFailure = (error: unknown) =>
    logger.warn({ err: error }, 'temporary folders could not be checked');
  await look().catch(logFailure);
  const loop = startDueLoop({ look, pollMs: ALIVE_EVERY_MS, firstLook: 'afterPoll', logFailure, clock });
  closing.add(async () => {
    await loop.stop();
    await rm(own, { recursive: true, force: true });
  });
  return own;
}

/**
 * Ages are told by the file system's clock alone. By its own clock, a process that is ahead would remove the folders of
 * others.
 * @returns that clock's time now.
 */
async function touch(folder: string): Promise<number> {
  const mark = join(folder, '.alive');
  await writeFile(mark, '');
  const { mtimeMs } = await stat(mark);
  // Removing an entry sets the folder's own time.
  await rm(mark, { force: true });
  return mtimeMs;
}

async function removeStale(parentDir: string, prefix: string, nowMs: number): Promise<void> {
  for (const name of await readdir(parentDir)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parentDir, name);
    // A folder may disappear meanwhile: its own process or another one has removed it.
    const found = await stat(path).catch(() => null);
    if (found && nowMs - found.mtimeMs > STALE_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
