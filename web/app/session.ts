/** Signing in and out, by the sign-in library's own routes; who is signed in is told by `bootstrap`. */
import { ApiError } from '../connection/apiError.ts';

export type SignInResult = 'signedIn' | 'wrong' | 'tooMany';

export async function signIn(email: string, password: string): Promise<SignInResult> {
  const response = await post('/api/auth/sign-in/email', { email, password });
  if (response.ok) return 'signedIn';
  if (response.status === 429) return 'tooMany';
  if (response.status >= 400 && response.status < 500) return 'wrong';
  throw new ApiError('internal', `sign-in answered ${response.status}`);
}

export async function signOut(): Promise<void> {
  const response = await post('/api/auth/sign-out', {});
  if (!response.ok && response.status !== 401) {
    throw new ApiError('internal', `sign-out answered ${response.status}`);
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
    throw new ApiError('unreachable', 'the desk does not answer', { cause });
  }
}
