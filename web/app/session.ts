/** Sign-in and sign-out by the auth library's own routes; `bootstrap` returns the signed-in person. */

import { refusal } from '../desk/call.ts';
import { ApiError } from '../ui/apiError.ts';

export type SignInResult =
  | { kind: 'signedIn' }
  /** The session works only for changing the password. */
  | { kind: 'mustChangePassword' }
  | { kind: 'wrong' }
  | { kind: 'tooMany'; retryAfterS: number };

const RETRY_AFTER_UNKNOWN_S = 60;

export async function signIn(email: string, password: string): Promise<SignInResult> {
  const response = await post('/api/auth/sign-in/email', { email, password });
  if (response.ok) {
    const answer = (await response.json().catch(() => null)) as { mustChangePassword?: boolean } | null;
    return { kind: answer?.mustChangePassword ? 'mustChangePassword' : 'signedIn' };
  }
  if (response.status === 429) {
    const retryAfterS = Number(response.headers.get('retry-after')) || RETRY_AFTER_UNKNOWN_S;
    return { kind: 'tooMany', retryAfterS };
  }
  // 400 is a malformed address: shown like a wrong password, to reveal nothing more.
  if (response.status === 401 || response.status === 400) return { kind: 'wrong' };
  throw refusal(response, await response.json().catch(() => null));
}

export async function signOut(): Promise<void> {
  const response = await post('/api/auth/sign-out', {});
  if (!response.ok && response.status !== 401) {
    throw refusal(response, await response.json().catch(() => null));
  }
}

async function post(url: string, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError('unreachable', 'the server does not answer', { cause });
  }
}
