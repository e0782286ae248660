/** Which addresses a network's traffic may use: HTTPS anywhere, plain HTTP on this machine only (N16, HTTPS). */
import { isHttpsOrLoopback } from '../net/loopback.ts';

/** Throws when the address is neither HTTPS nor HTTP on loopback. `what` names it in the error. */
export function requireSafeAddress(address: string, what: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url) throw new UnsafeAddressError(`${what} is not a URL`);
  if (!isHttpsOrLoopback(address))
    throw new UnsafeAddressError(
      `${what} must be https, or http on loopback, not ${url.protocol}//${url.host}`,
    );
  return url;
}

class UnsafeAddressError extends Error {
  override readonly name = 'UnsafeAddressError';
}
