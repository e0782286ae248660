/**
 * A process's own folder for files that are being taken in. It goes when the process ends; that of a process that was
 * killed goes by its age: whoever lives says so by its folder's time, and removes those that nobody has spoken for.
 */
import { mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
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
  /** Where the folders of all processes lie. */
  parentDir?: string;
  clock?: LoopClock;
}

/** @param kind what it holds: processes know each other's folders by it. */
export async function openTemporaryFolder(
  { logger, closing, parentDir = tmpdir(), clock = systemClock }: TemporaryFolderDeps,
  kind: 'lists' | 'images',
): Promise<string> {
  const prefix = `notify-inbox-${kind}-`;
  const own = await mkdtemp(join(parentDir, prefix));
  async function look(): Promise<void> {
    const now = new Date();
    // Whoever slept for long may have been taken for dead.
    await mkdir(own, { recursive: true, mode: 0o700 });
    await utimes(own, now, now);
    await removeStale(parentDir, prefix, now);
  }
  const logFailure = (error: unknown) =>
    logger.warn({ err: error }, 'temporary folders were not looked through');
  await look().catch(logFailure);
  const loop = startDueLoop({ look, pollMs: ALIVE_EVERY_MS, firstLook: 'afterPoll', logFailure, clock });
  closing.add(async () => {
    await loop.stop();
    await rm(own, { recursive: true, force: true });
  });
  return own;
}

async function removeStale(parentDir: string, prefix: string, now: Date): Promise<void> {
  for (const name of await readdir(parentDir)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parentDir, name);
    // One that goes meanwhile was ended by its own process, or by another that looks.
    const found = await stat(path).catch(() => null);
    if (found && now.getTime() - found.mtimeMs > STALE_AFTER_MS)
      await rm(path, { recursive: true, force: true });
  }
}
