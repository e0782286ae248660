/**
 * Decides whether an address stays on this machine. Callers use it to allow plain HTTP or access without a password,
 * so a wrong `true` would leak data or let a stranger in. `statusWebhooks/target.ts` decides the opposite, whether an
 * address is public, and rejects more names. When in doubt, both answer `false`.
 */
import ipaddr from 'ipaddr.js';

/**
 * @param host a socket's address, or the `hostname` of a URL with its brackets; without a port.
 *
 * The only name accepted is `localhost`: a name server may resolve `localhost.` or `sub.localhost` to any address.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.toLowerCase() === 'localhost') return true;
  // `process` converts ::ffff:127.0.0.1 to the IPv4 address in it.
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/** N16 (encrypted transport): HTTPS anywhere, plain HTTP on this machine only. False when the text is not a URL. */
export function isHttpsOrLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
