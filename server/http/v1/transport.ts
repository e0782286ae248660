/** What the API asks of the connection itself (N16): HTTPS, and which address the client may have signed. */
import type { Request } from 'express';
import { isLoopback } from '../../net/loopback.ts';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/**
 * Over HTTPS, as the declared proxy says it was (express believes nobody else), or from this very machine. A loopback
 * connection that was forwarded came from elsewhere: a proxy that TRUST_PROXY does not name makes nothing safe.
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
 * The desk's public address: behind a proxy the request's own host may be another. On this machine alone the address
 * that was called counts too, `127.0.0.1` as well as `localhost`.
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
