/** What the API requires of the connection (N16): HTTPS, and the addresses that the client may have signed. */
import type { Request } from 'express';
import { isLoopback } from '../../net/loopback.ts';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/**
 * True over HTTPS, as a declared proxy reports it (express trusts no other), or from this machine. A forwarded
 * loopback connection came from elsewhere: a proxy that TRUST_PROXY does not name is not trusted.
 */
export function isSafeTransport(req: Request): boolean {
  return req.secure || isFromThisMachine(req);
}

export function isFromThisMachine(req: Request): boolean {
  return (
    isLoopback(req.socket.remoteAddress ?? '') && FORWARDED.every((name) => req.headers[name] === undefined)
  );
}

/**
 * The desk's public address, because behind a proxy the request's own host may differ. On this machine alone the
 * called address counts too, `127.0.0.1` as well as `localhost`.
 */
export function signedOrigins(req: Request, publicUrl: string): string[] {
  const origins = [new URL(publicUrl).origin];
  const { host } = req.headers;
  if (host && isFromThisMachine(req) && /^[\w.:[\]-]+$/.test(host)) {
    const called = `http://${host.toLowerCase().replace(/:80$/, '')}`;
    if (!origins.includes(called)) origins.push(called);
  }
  return origins;
}
