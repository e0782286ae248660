/**
 * The open live walls of this process. While at least one is open, the figures are read once for all tabs that see the
 * same communities, at most every second and a half, and sent to them. Without a wall nothing is read. See ADR 35.
 */
import type { Logger } from 'pino';
import type { WallView } from '../../shared/schemas/wall.ts';
import { hasRole, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { currentTimeMs } from '../work/clock.ts';
import { type DueLoop, type NextLook, startDueLoop } from '../work/dueLoop.ts';
import type { DeskSocket } from './deskSocket.ts';

export interface WallTiming {
  /** The pause between two looks. */
  everyMs: number;
}
export const usualWallTiming: WallTiming = { everyMs: 1_500 };

/** After a slow look the pause is longer: walls never take more than a fifth of a process's time. */
const REST_PER_WORK = 4;
const REST_MS_MAX = 30_000;

export interface Walls {
  /** False for people who may not see it. */
  open(socket: DeskSocket): boolean;
  close(socket: DeskSocket): void;
  stop(): Promise<void>;
}

export interface WallsDeps {
  /** What people who see the same communities as this one see. */
  read(viewer: SignedInPerson): Promise<WallView>;
  logger: Logger;
  timing?: WallTiming | undefined;
}

interface Shown {
  view: WallView;
  /** By `performance.now()`. */
  readAtMs: number;
}

export function createWalls({ read, logger, timing = usualWallTiming }: WallsDeps): Walls {
  const watching = new Map<string, DeskSocket>();
  const shown = new Map<string, Shown>();
  let loop: DueLoop | null = null;
  let stopping: Promise<void> = Promise.resolve();
  let nextAtMs = 0;

  async function look(): Promise<NextLook> {
    const leftMs = nextAtMs - performance.now();
    if (leftMs > 0) return after(leftMs);
    const startedAtMs = performance.now();
    // Also for a loop that begins while this look is under way: the last wall was closed and another one opened.
    nextAtMs = startedAtMs + timing.everyMs;
    const audiences = new Map<string, DeskSocket[]>();
    for (const socket of watching.values()) {
      const key = audienceOf(socket);
      audiences.set(key, [...(audiences.get(key) ?? []), socket]);
    }
    for (const key of shown.keys()) if (!audiences.has(key)) shown.delete(key);
    for (const [key, sockets] of audiences) await showTo(key, sockets);
    const restMs = Math.min(
      REST_MS_MAX,
      Math.max(timing.everyMs, (performance.now() - startedAtMs) * REST_PER_WORK),
    );
    nextAtMs = performance.now() + restMs;
    return after(restMs);
  }

  /** A failure shows by itself: the tabs say since when their figures are old. It stops no other audience. */
  async function showTo(key: string, [first, ...others]: DeskSocket[]): Promise<void> {
    if (!first) return;
    try {
      const view = await read(first.data.person);
      shown.set(key, { view, readAtMs: performance.now() });
      // A tab that does not read misses some: the next view is whole again.
      for (const socket of [first, ...others])
        if (watching.has(socket.id)) socket.volatile.emit('wall', view);
    } catch (err) {
      logger.warn({ err }, 'the wall could not be read');
    }
  }

  return {
    open(socket) {
      if (!hasRole(socket.data.person, 'supervisor')) return false;
      watching.set(socket.id, socket);
      const kept = shown.get(audienceOf(socket));
      if (kept && performance.now() - kept.readAtMs <= timing.everyMs) socket.emit('wall', kept.view);
      loop ??= startDueLoop({
        look,
        pollMs: REST_MS_MAX,
        keepsProcessAlive: false,
        logFailure: (err) => logger.warn({ err }, 'the walls could not be shown'),
      });
      loop.wake();
      return true;
    },
    close(socket) {
      if (!watching.delete(socket.id) || watching.size > 0 || !loop) return;
      stopping = loop.stop();
      loop = null;
    },
    async stop() {
      watching.clear();
      await loop?.stop();
      await stopping;
      loop = null;
    },
  };
}

/** People with the same communities see the same wall. */
function audienceOf({ data }: DeskSocket): string {
  const visible = visibleCommunityIds(data.person);
  return visible === 'all' ? 'all' : [...visible].sort().join();
}

const after = (waitMs: number): NextLook => ({ at: new Date(currentTimeMs() + Math.ceil(waitMs)) });
