/** Gives every request an id, times it, and logs failures. Paths are logged without their query. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

const REQUEST_ID = /^[\w-]{8,64}$/;

export function requestLog({ logger, metrics }: { logger: Logger; metrics: Metrics }): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id');
    const requestId = given && REQUEST_ID.test(given) ? given : randomUUID();
    const startedAt = process.hrtime.bigint();
    const { method } = req;
    // The part of the path after a community's id is OK's secret.
    const path = req.path.replace(/^(\/webhooks\/ok\/[^/]+\/).+/, '$1***');
    res.locals.requestId = requestId;
    res.setHeader('X-Request-Id', requestId);
    res.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const endpoint = (res.locals.endpoint as string | undefined) ?? 'other';
      metrics.httpRequestSeconds.observe({ endpoint, status: res.statusCode }, seconds);
      logger.debug(
        { requestId, method, path, status: res.statusCode, durationMs: Math.round(seconds * 1000) },
        'Request',
      );
    });
    next();
  };
}
