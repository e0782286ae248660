/**
 * Whether an address stays on this machine. What is allowed without encryption or a password on this machine alone asks
 * here, so a wrong "yes" would let data out and a stranger in. `statusWebhooks/target.ts` asks the opposite question,
 * "is it public?", and so refuses more names: where this file is in doubt, both say no.
 */
import ipaddr from 'ipaddr.js';

/**
 * @param host a socket's address, or the `hostname` of a URL with its brackets; without a port.
 *
 * Of names only `localhost` counts: a name server may answer `localhost.` or `sub.localhost` with any address.
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.toLowerCase() === 'localhost') return true;
  // `process` reads ::ffff:127.0.0.1 as the IPv4 address that it stands for.
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/** N16 (encrypted transport): HTTPS anywhere, plain HTTP only on this machine. False for a text that is no URL. */
export function isHttpsOrLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
