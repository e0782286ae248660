/** Which addresses VK's traffic may use: HTTPS anywhere, plain HTTP only inside this machine (mission, N16). */
import { isHttpsOrLoopback } from '../net/loopback.ts';

/** Throws for an address that is neither HTTPS nor HTTP on loopback. */
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
