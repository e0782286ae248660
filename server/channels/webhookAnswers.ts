/**
 * What the webhooks of VK and OK share: `ok` as plain text once what came is durable, and errors with a code otherwise,
 * upon which the network sends it again.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { limits } from '../../shared/limits.ts';
import { isUnstorable } from './unstorable.ts';

const RETRY_AFTER_S = 5;

export interface Taking {
  logger: Logger;
  /** What the network waits at most; what is under way then is finished all the same. */
  withinMs: number;
  /** An event that the store will never take is left out, or it would be repeated without end. */
  countUnstorable(): void;
  /** Of the event, for the log. */
  ids: object;
  loggable(error: unknown): unknown;
}

/** Answers by what became of the work: `ok`, or busy, and then the network repeats the event. */
export async function answerWhenStored(res: Response, work: Promise<unknown>, taking: Taking): Promise<void> {
  const { logger, ids, loggable } = taking;
  const taken = work.then(
    () => 'stored' as const,
    (error: unknown) => {
      if (isUnstorable(error)) {
        taking.countUnstorable();
        logger.error({ err: loggable(error), ...ids }, 'an event cannot be stored and is left out');
        return 'stored' as const;
      }
      logger.warn({ err: loggable(error), ...ids }, 'an event is not stored; the network will repeat it');
      return 'failed' as const;
    },
  );
  if ((await inTime(taken, taking.withinMs)) === 'stored') return answerPlainly(res, 'ok');
  return answerBusy(res, 'The event is not stored yet');
}

async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), withinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Digests have one length whatever was sent, so the time of comparing tells nothing of the secret. */
export function isSameSecret(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

/** Undefined where the body is no JSON. */
export function readJson(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function answerPlainly(res: Response, text: string): void {
  res.status(200).type('text/plain').send(text);
}

export function answerBusy(res: Response, message: string): void {
  res
    .status(503)
    .set('Retry-After', String(RETRY_AFTER_S))
    .json({ error: { code: 'storeUnavailable' satisfies ErrorCode, message, retryAfterS: RETRY_AFTER_S } });
}

export function refuse(res: Response, status: number, code: ErrorCode, message: string): void {
  res.status(status).json({ error: { code, message } });
}

/** Express's own refusals of a body, and a store that is away before anything was read. */
export function refuseUnread(logger: Logger, loggable: Taking['loggable']): ErrorRequestHandler {
  return (error: { status?: number; type?: string }, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error.type === 'entity.too.large' || error.status === 413)
      return refuse(res, 413, 'bodyTooLarge', `The body is over ${limits.webhookBodyBytes} bytes`);
    if (error.status && error.status < 500)
      return refuse(res, error.status, 'badRequest', 'The body could not be read');
    logger.warn({ err: loggable(error) }, 'a webhook call failed; the network will repeat it');
    return answerBusy(res, 'The database is not responding');
  };
}
