/**
 * Answers that the webhooks of VK and OK share: `ok` as plain text once the event is stored or kept aside, otherwise an
 * error with a code, after which the network repeats the event.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { limits } from '../../shared/limits.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { IntakeWatch } from './intakeWatch.ts';

const RETRY_AFTER_S = 5;

export interface AnswerOptions {
  logger: Logger;
  /** Answers busy after this time, before the network gives up. The work still runs to its end. */
  withinMs: number;
  watch: Pick<IntakeWatch, 'begin' | 'failed' | 'succeeded'>;
  community: CommunityRef;
  /** Ids of the event, for the log. */
  ids: object;
  loggable(error: unknown): unknown;
}

/** Answers `ok` when the work is done in time; otherwise busy, and the network repeats the event. */
export async function answerWhenStored(
  res: Response,
  work: Promise<unknown>,
  options: AnswerOptions,
): Promise<void> {
  const { logger, ids, loggable, watch, community } = options;
  const watched = watch.begin(community);
  const outcome = work.finally(watched.end).then(
    () => {
      watch.succeeded(community);
      return 'stored' as const;
    },
    (error: unknown) => {
      watch.failed(community);
      logger.warn({ err: loggable(error), ...ids }, 'an event is not stored; the network will repeat it');
      return 'failed' as const;
    },
  );
  if ((await inTime(outcome, options.withinMs)) === 'stored') return answerPlainly(res, 'ok');
  return answerBusy(res, 'The event is not stored yet');
}

async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), withinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Compares digests: they have equal lengths, so the time of the comparison reveals nothing about the secret. */
export function isSameSecret(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

/** Undefined when the body is not JSON. */
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

/** Answers when Express rejects the body, or when the store is unreachable before the body is read. */
export function refuseUnread(logger: Logger, loggable: AnswerOptions['loggable']): ErrorRequestHandler {
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
