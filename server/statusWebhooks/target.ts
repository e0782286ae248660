/**
 * Where notices may go. Whoever holds a key could otherwise make the desk call machines that only it can reach. A
 * name is judged by its addresses at the moment of connecting: what it meant a minute ago says nothing.
 */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { NoticeProblem } from '../../shared/schemas/apiKey.ts';

export class PrivateAddressError extends Error {
  constructor(hostname: string) {
    super(`${hostname} leads to no public address`);
    this.name = 'PrivateAddressError';
  }
}

export interface TargetProblem {
  code: NoticeProblem;
  ru: string;
  en: string;
}

/** What can be said of an address before it is called. */
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

/** The host of a URL as a socket takes it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function isPrivateHost(hostname: string): boolean {
  if (isIP(hostname)) return !isPublicAddress(hostname);
  return /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(hostname) || !hostname.includes('.');
}

/** Only what is everybody's: no loopback, private, link-local, carrier, translated or reserved range. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out; elsewhere lie old ways to write an IPv4 address, such as ::7f00:1 (RFC 4291).
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** For a socket's `lookup`: gives public addresses only, and fails when there are none. */
export function publicLookup(resolve: typeof dnsLookup = dnsLookup): LookupFunction {
  return (hostname, options, done) => {
    const all: LookupOptions = { ...options, all: true };
    resolve(hostname, all, (error, found) => {
      if (error) return done(error, '', 0);
      const open = (found as LookupAddress[]).filter(({ address }) => isPublicAddress(address));
      const [first] = open;
      if (!first) return done(new PrivateAddressError(hostname), '', 0);
      if (options.all) done(null, open);
      else done(null, first.address, first.family);
    });
  };
}
