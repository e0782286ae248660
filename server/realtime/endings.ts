/**
 * Ends the sockets of sessions that are over: at once when somebody ends them, here or in another process, and by
 * looking at the store for those that ran out, or whose ending was not heard of. Nothing that is told is a secret.
 */
import type { Logger } from 'pino';
import type { LiveSessions } from '../auth/liveSessions.ts';
import { audienceRooms, personRoom, sessionRoom } from '../auth/permissions.ts';
import type { Ended, SignedIn } from '../auth/signedIn.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { DeskServer } from './deskSocket.ts';

export interface Endings {
  /** Ended by this process: ends the sockets here and tells whoever carries it to the others. */
  end(ended: Ended): void;
  onEnded(listener: (ended: Ended) => void): void;
  /** Ended by another process. */
  relay(ended: Ended): void;
  onRelayed(listener: (ended: Ended) => void): void;
  /** True when this sign-in, read after `checkedAtMs` (of `performance.now`), was ended since: its socket came too late. */
  isEndedSince(signedIn: Pick<SignedIn, 'sessionId' | 'person'>, checkedAtMs: number): boolean;
  /** Looks at the store now, as after news that may have been missed. */
  recheck(): void;
  watch(parts: WatchParts): { stop(): Promise<void> };
}

export interface WatchParts {
  io: DeskServer;
  liveSessions: LiveSessions;
  logger: Logger;
  /** How long a session that ran out may keep its sockets. */
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 10_000;
/** Longer than the check of a connecting socket may take. */
const REMEMBERED_MS = 60_000;

export function createEndings(): Endings {
  const endedListeners: ((ended: Ended) => void)[] = [];
  const relayedListeners: ((ended: Ended) => void)[] = [];
  const endedAtMs = new Map<string, number>();
  let io: DeskServer | null = null;
  let look: () => void = () => undefined;

  function endHere(ended: Ended): void {
    const now = performance.now();
    const room = roomOf(ended);
    for (const [other, atMs] of endedAtMs) if (now - atMs > REMEMBERED_MS) endedAtMs.delete(other);
    endedAtMs.set(room, now);
    if (io) endRoom(io, room);
  }

  return {
    end(ended) {
      endHere(ended);
      for (const listener of endedListeners) listener(ended);
    },
    onEnded: (listener) => {
      endedListeners.push(listener);
    },
    relay(ended) {
      // What is remembered of them goes first: their tabs come back at once and must be asked who they are.
      for (const listener of relayedListeners) listener(ended);
      endHere(ended);
    },
    onRelayed: (listener) => {
      relayedListeners.push(listener);
    },
    isEndedSince: ({ sessionId, person }, checkedAtMs) =>
      [sessionRoom(sessionId), personRoom(person.id)].some(
        (room) => (endedAtMs.get(room) ?? Number.NEGATIVE_INFINITY) >= checkedAtMs,
      ),
    recheck: () => look(),
    watch({ liveSessions, logger, lookEveryMs = LOOK_EVERY_MS, ...parts }) {
      io = parts.io;
      const loop = startDueLoop({
        look: () => endStale(parts.io, liveSessions),
        pollMs: lookEveryMs,
        firstLook: 'afterPoll',
        logFailure: (error) => logger.warn({ err: error }, 'open sessions could not be checked'),
      });
      look = loop.wake;
      return { stop: loop.stop };
    },
  };
}

/** One question for all open tabs. A tab in rooms that its person may no longer hear ends too. */
async function endStale(io: DeskServer, liveSessions: LiveSessions): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  if (sockets.length === 0) return;
  const live = await liveSessions(new Set(sockets.map((socket) => socket.data.sessionId)));
  for (const { data } of sockets) {
    const person = live.get(data.sessionId);
    const isAsItWas = person && audienceRooms(person).join() === audienceRooms(data.person).join();
    if (!isAsItWas) endRoom(io, sessionRoom(data.sessionId));
  }
}

function endRoom(io: DeskServer, room: string): void {
  io.in(room).emit('session:ended');
  io.in(room).disconnectSockets(true);
}

function roomOf(ended: Ended): string {
  return ended.kind === 'session' ? sessionRoom(ended.sessionId) : personRoom(ended.personId);
}
