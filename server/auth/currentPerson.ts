/**
 * The person behind a request's cookies. Asks the sign-in library and caches the answer for a few seconds, so that a
 * page's many requests cost one query. Ending a session clears its entry.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import { role } from '../../shared/schemas/person.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { BetterAuth } from './betterAuth.ts';
import { marksReadOf } from './personDocument.ts';
import { readCookie } from './readCookie.ts';
import type { CurrentPerson, Revocation, SignedIn } from './signedIn.ts';

/** The longest time that another process may still accept a session that was ended here. */
const REMEMBERED_MS = 3_000;
const REMEMBERED_SESSIONS = 5_000;

export interface SessionReader {
  currentPerson: CurrentPerson;
  /**
   * Ends the session of these cookies in the store and notifies the listeners. Rejects when the store does not
   * answer.
   */
  endSession(headers: IncomingHttpHeaders): Promise<void>;
  forget(revocation: Revocation): void;
}

export async function createSessionReader(
  auth: BetterAuth,
  onEnded: (revocation: Revocation) => void,
): Promise<SessionReader> {
  const { authCookies, internalAdapter } = await auth.$context;
  const cookieName = authCookies.sessionToken.name;
  const remembered = new Map<string, { signedIn: SignedIn; untilMs: number }>();
  /** Grows with every invalidation: an answer read before it must not be cached after it. */
  let invalidations = 0;

  function remember(key: string, signedIn: SignedIn): void {
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_SESSIONS && !oldest.done) remembered.delete(oldest.value);
    const untilMs = Math.min(currentTimeMs() + REMEMBERED_MS, signedIn.expiresAt.getTime());
    remembered.delete(key);
    remembered.set(key, { signedIn, untilMs });
  }

  function forget(revocation: Revocation): void {
    invalidations += 1;
    for (const [key, { signedIn }] of remembered) {
      const isOver =
        revocation.kind === 'session'
          ? signedIn.sessionId === revocation.sessionId
          : signedIn.person.id === revocation.personId;
      if (isOver) remembered.delete(key);
    }
  }

  return {
    forget,

    // The library's own sign-out ignores a store that is away, and would leave the session alive.
    async endSession(headers) {
      const found = await auth.api.getSession({
        headers: fromNodeHeaders({ cookie: headers.cookie }),
        query: { disableRefresh: true },
      });
      if (!found) return;
      await internalAdapter.deleteSession(found.session.token);
      const revocation: Revocation = { kind: 'session', sessionId: found.session.id };
      forget(revocation);
      onEnded(revocation);
    },

    async currentPerson(headers, { onCookies, isBeforePasswordChange = false } = {}) {
      const admitted = (signedIn: SignedIn) =>
        signedIn.mustChangePassword && !isBeforePasswordChange ? null : signedIn;
      const key = readCookie(headers.cookie, cookieName);
      if (!key) return null;
      const known = remembered.get(key);
      if (known && known.untilMs > currentTimeMs()) return admitted(known.signedIn);

      const invalidationsBefore = invalidations;
      const found = await auth.api.getSession({
        headers: fromNodeHeaders({ cookie: headers.cookie }),
        query: { disableRefresh: onCookies === undefined },
        returnHeaders: true,
      });
      const cookies = found.headers?.getSetCookie() ?? [];
      if (onCookies && cookies.length > 0) onCookies(cookies);
      if (!found.response) return null;
      const { session, user } = found.response;
      if (!user.isActive) return null;
      const signedIn: SignedIn = {
        person: {
          id: user.id,
          name: user.name,
          email: user.email,
          avatarUrl: user.image ?? null,
          role: role.parse(user.role),
          communityIds: user.communityIds ?? null,
          isActive: user.isActive,
          marksRead: marksReadOf({ role: role.parse(user.role), marksRead: user.marksRead ?? null }),
        },
        sessionId: session.id,
        expiresAt: session.expiresAt,
        mustChangePassword: user.mustChangePassword ?? false,
      };
      if (invalidationsBefore === invalidations) remember(key, signedIn);
      return admitted(signedIn);
    },
  };
}
