/**
 * Ends the sockets of sessions that are over: at once when somebody ends them, here or in another process, and by
 * looking at the store for those that ran out, or whose ending was not heard of. Nothing that is told is a secret.
 */
import type { Logger } from 'pino';
import type { LiveSessions } from '../auth/liveSessions.ts';
import { audienceRooms, personRoom, sessionRoom } from '../auth/permissions.ts';
import type { Revocation, SignedIn } from '../auth/signedIn.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { DeskServer } from './deskSocket.ts';

export interface SessionRevocation {
  /** Ended by this process: ends the sockets here and tells whoever carries it to the others. */
  revoke(revocation: Revocation): void;
  onRevoked(listener: (revocation: Revocation) => void): void;
  /** Ended by another process. */
  relay(revocation: Revocation): void;
  onRelayed(listener: (revocation: Revocation) => void): void;
  /** True when this sign-in, read after `checkedAtMs` (of `performance.now`), was ended since: its socket came too late. */
  isRevokedSince(signedIn: Pick<SignedIn, 'sessionId' | 'person'>, checkedAtMs: number): boolean;
  /** Looks at the store now, as after news that may have been missed. */
  recheck(): void;
  watch(deps: WatchDeps): { stop(): Promise<void> };
}

export interface WatchDeps {
  io: DeskServer;
  liveSessions: LiveSessions;
  logger: Logger;
  /** How long a session that ran out may keep its sockets. */
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 10_000;
/** Longer than the check of a connecting socket may take. */
const REMEMBERED_MS = 60_000;

export function createSessionRevocation(): SessionRevocation {
  const revokedListeners: ((revocation: Revocation) => void)[] = [];
  const relayedListeners: ((revocation: Revocation) => void)[] = [];
  const revokedAtMs = new Map<string, number>();
  let io: DeskServer | null = null;
  let look: () => void = () => undefined;

  function revokeHere(revocation: Revocation): void {
    const now = performance.now();
    const room = roomOf(revocation);
    for (const [other, atMs] of revokedAtMs) if (now - atMs > REMEMBERED_MS) revokedAtMs.delete(other);
    revokedAtMs.set(room, now);
    if (io) endRoom(io, room);
  }

  return {
    revoke(revocation) {
      revokeHere(revocation);
      for (const listener of revokedListeners) listener(revocation);
    },
    onRevoked: (listener) => {
      revokedListeners.push(listener);
    },
    relay(revocation) {
      // What is remembered of them goes first: their tabs come back at once and must be asked who they are.
      for (const listener of relayedListeners) listener(revocation);
      revokeHere(revocation);
    },
    onRelayed: (listener) => {
      relayedListeners.push(listener);
    },
    isRevokedSince: ({ sessionId, person }, checkedAtMs) =>
      [sessionRoom(sessionId), personRoom(person.id)].some(
        (room) => (revokedAtMs.get(room) ?? Number.NEGATIVE_INFINITY) >= checkedAtMs,
      ),
    recheck: () => look(),
    watch({ liveSessions, logger, lookEveryMs = LOOK_EVERY_MS, ...deps }) {
      io = deps.io;
      const loop = startDueLoop({
        look: () => revokeStale(deps.io, liveSessions),
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
async function revokeStale(io: DeskServer, liveSessions: LiveSessions): Promise<void> {
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

function roomOf(revocation: Revocation): string {
  return revocation.kind === 'session' ? sessionRoom(revocation.sessionId) : personRoom(revocation.personId);
}
