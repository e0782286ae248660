/**
 * Browsers in which a person has signed in before, known by a signed cookie. Guesses from elsewhere use up an
 * account's attempts; a known browser has its own, so that guessing does not lock the owner out (OWASP, "Slow down
 * online guessing attacks with device cookies"). The cookie opens nothing: the password is still required.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AUTH_BASE_PATH } from './betterAuth.ts';
import { readCookie } from './readCookie.ts';

export interface KnownDevices {
  /** The browser's id when this person has signed in there; null otherwise. */
  find(cookieHeader: string | undefined, email: string): string | null;
  /** The `Set-Cookie` that makes this browser known for the person who has just signed in. */
  remember(cookieHeader: string | undefined, email: string): string;
}

const DEVICE_COOKIE = 'desk.device';
const KEPT_S = 180 * 24 * 60 * 60;
/** A shared computer remembers the people who signed in there last. */
const PEOPLE_MAX = 8;
const ID_BYTES = 18;

export function createKnownDevices(deps: { authSecret: string; publicUrl: string }): KnownDevices {
  const seal = (purpose: string, what: string) =>
    createHmac('sha256', deps.authSecret).update(`${purpose}\0${what}`).digest('base64url');
  const sealOf = (id: string, email: string) =>
    seal('person at device', `${id}\0${email.trim().toLowerCase()}`);

  /** Null for an id that this desk did not issue: an attacker may have planted it. */
  function read(cookieHeader: string | undefined): { id: string; seals: string[] } | null {
    const [id, sealed, ...seals] = (readCookie(cookieHeader, DEVICE_COOKIE) ?? '').split('.');
    if (!id || !sealed || seals.length > PEOPLE_MAX || !isSame(sealed, seal('device', id))) return null;
    return { id, seals };
  }

  return {
    find(cookieHeader, email) {
      const held = read(cookieHeader);
      if (!held) return null;
      const expected = sealOf(held.id, email);
      return held.seals.some((one) => isSame(one, expected)) ? held.id : null;
    },
    remember(cookieHeader, email) {
      const held = read(cookieHeader) ?? { id: randomBytes(ID_BYTES).toString('base64url'), seals: [] };
      const own = sealOf(held.id, email);
      const people = [own, ...held.seals.filter((one) => one !== own)].slice(0, PEOPLE_MAX);
      const value = [held.id, seal('device', held.id), ...people].join('.');
      const secure = deps.publicUrl.startsWith('https:') ? '; Secure' : '';
      return `${DEVICE_COOKIE}=${value}; Path=${AUTH_BASE_PATH}; Max-Age=${KEPT_S}; HttpOnly; SameSite=Lax${secure}`;
    },
  };
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
