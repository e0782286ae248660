/**
 * Decides where notices may go. Otherwise an owner of a key could make the desk call machines in its internal
 * network. A host name is checked by its addresses at the moment of connecting, because they may change after an
 * earlier check.
 */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { NoticeProblem } from '../../shared/schemas/apiKey.ts';

export class PrivateAddressError extends Error {
  constructor(hostname: string) {
    super(`${hostname} has no public address`);
    this.name = 'PrivateAddressError';
  }
}

export interface TargetProblem {
  code: NoticeProblem;
  ru: string;
  en: string;
}

/** Checks a URL before any call; null when it is allowed. */
export function problemOfTarget(
  text: string,
  { allowsPrivate }: { allowsPrivate: boolean },
): TargetProblem | null {
  if (!URL.canParse(text)) return { code: 'notAnAddress', ru: 'это не адрес', en: 'this is not a URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowsPrivate && url.protocol === 'http:'))
    return { code: 'needsHttps', ru: 'нужен https', en: 'it must be https' };
  if (url.username || url.password)
    return {
      code: 'holdsPassword',
      ru: 'в адресе не должно быть имени и пароля',
      en: 'the URL must not contain a user name or password',
    };
  if (!allowsPrivate && isPrivateHost(hostOf(url)))
    return {
      code: 'privateAddress',
      ru: 'это адрес внутренней сети',
      en: 'this address is in an internal network',
    };
  return null;
}

/** The host of a URL for a socket: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function isPrivateHost(hostname: string): boolean {
  if (isIP(hostname)) return !isPublicAddress(hostname);
  return /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(hostname) || !hostname.includes('.');
}

/** True for public addresses: no loopback, private, link-local, carrier, translated or reserved range. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // Only 2000::/3 of IPv6 is assigned. Other ranges hold old forms of IPv4 addresses, such as ::7f00:1 (RFC 4291).
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** For a socket's `lookup`: returns only public addresses, and fails when there are none. */
export function publicLookup(resolve: typeof dnsLookup = dnsLookup): LookupFunction {
  return (hostname, options, done) => {
    const all: LookupOptions = { ...options, all: true };
    resolve(hostname, all, (error, found) => {
      if (error) return done(error, '', 0);
      const allowed = (found as LookupAddress[]).filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (!first) return done(new PrivateAddressError(hostname), '', 0);
      if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}
