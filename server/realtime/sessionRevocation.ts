/**
 * Closes the sockets of ended sessions. A session that a person ends, here or in another process, closes at once; an
 * expired one, or one whose notification was lost, is found by a check of the store every ten seconds. Only database
 * ids are relayed, never a secret.
 */
import type { Logger } from 'pino';
import type { LiveSessions } from '../auth/liveSessions.ts';
import { audienceRooms, personRoom, sessionRoom } from '../auth/permissions.ts';
import type { Revocation, SignedIn } from '../auth/signedIn.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { DeskServer } from './deskSocket.ts';

export interface SessionRevocation {
  /** Ended by this process: closes the sockets here and notifies the listeners, which relay it to other processes. */
  revoke(revocation: Revocation): void;
  onRevoked(listener: (revocation: Revocation) => void): void;
  /** Ended by another process: closes the sockets here and does not relay it again. */
  relay(revocation: Revocation): void;
  onRelayed(listener: (revocation: Revocation) => void): void;
  /**
   * True when this sign-in, read after `checkedAtMs` (of `performance.now`), has ended since: its socket came too
   * late.
   */
  isRevokedSince(signedIn: Pick<SignedIn, 'sessionId' | 'person'>, checkedAtMs: number): boolean;
  /** Checks the store now, because notifications may have been lost. */
  recheck(): void;
  watch(deps: WatchDeps): { stop(): Promise<void> };
}

export interface WatchDeps {
  io: DeskServer;
  liveSessions: LiveSessions;
  logger: Logger;
  /** How long an expired session may keep its sockets. */
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
      // Clears the sign-in cache first: the closed tabs reconnect at once and must be checked against the store.
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

/** One query for all open tabs. Also closes a tab whose person may no longer be in its rooms. */
async function revokeStale(io: DeskServer, liveSessions: LiveSessions): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  if (sockets.length === 0) return;
  const live = await liveSessions(new Set(sockets.map((socket) => socket.data.sessionId)));
  for (const { data } of sockets) {
    const person = live.get(data.sessionId);
    const isUnchanged = person && audienceRooms(person).join() === audienceRooms(data.person).join();
    if (!isUnchanged) endRoom(io, sessionRoom(data.sessionId));
  }
}

function endRoom(io: DeskServer, room: string): void {
  io.in(room).emit('session:ended');
  io.in(room).disconnectSockets(true);
}

function roomOf(revocation: Revocation): string {
  return revocation.kind === 'session' ? sessionRoom(revocation.sessionId) : personRoom(revocation.personId);
}
