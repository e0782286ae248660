/**
 * Refuses requests that another site made a signed-in browser send. SameSite cookies are the first defence, this is
 * the second: a browser names the origin of a request, and only the desk's own pages may change anything.
 */
import type { RequestHandler } from 'express';
import { DeskError } from './errors.ts';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @param publicUrl the desk's own origin, besides the host that the request was sent to. */
export function sameOriginOnly(publicUrl: string): RequestHandler {
  const publicOrigin = new URL(publicUrl).origin;
  return (req, _res, next) => {
    if (READING_METHODS.has(req.method)) return next();
    const { origin } = req.headers;
    // A program other than a browser sends neither header, and only has cookies that it got on purpose.
    if (origin === undefined) {
      const site = req.headers['sec-fetch-site'];
      if (site === undefined || site === 'same-origin' || site === 'none') return next();
      throw refusal();
    }
    if (origin === publicOrigin || origin === `${req.protocol}://${req.host}`) return next();
    throw refusal();
  };
}

function refusal(): DeskError {
  return new DeskError('forbidden', { message: 'The request comes from another site' });
}
