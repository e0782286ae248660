/**
 * OK's webhook: `POST /webhooks/ok/:communityId/:secret`. Answers `ok` only after what came is durable; anything else
 * makes OK send it again. OK signs nothing, so the address holds the secret (reference, section 5).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Model } from 'mongoose';
import type { ErrorCode } from '../../../shared/errorCodes.ts';
import { limits } from '../../../shared/limits.ts';
import type { Community } from '../../communities/community.model.ts';
import { findCommunity } from '../../communities/listCommunities.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { isUnstorable } from '../vk/unstorable.ts';
import type { OkClients } from './clients.ts';
import { okEvent, okUnknownEvent } from './schema.ts';
import { type TakeParts, takeOkEvent } from './take.ts';

/** OK waits 5 s; a busy answer in time is better, and what is under way is finished all the same. */
const ANSWER_WITHIN_MS = 4_000;
const RETRY_AFTER_S = 5;

export interface OkWebhookParts extends TakeParts {
  communities: Model<Community>;
  sealing: Sealing;
  clients: OkClients;
}

type Asked = Request<{ communityId: string; secret?: string }>;

export function okWebhookRouter(parts: OkWebhookParts): Router {
  const router = Router();
  router.post(
    '/webhooks/ok/:communityId{/:secret}',
    express.text({ type: () => true, limit: limits.webhookBodyBytes, defaultCharset: 'utf-8' }),
    (req: Asked, res: Response) => answer(parts, req, res),
  );
  router.use('/webhooks/ok', refuse(parts));
  return router;
}

async function answer(parts: OkWebhookParts, req: Asked, res: Response): Promise<void> {
  const receivedAtMs = performance.now();
  const { communities, sealing, clients, logger } = parts;
  const count = parts.countBy('webhook');
  const community = await findCommunity(communities, req.params.communityId);
  if (community?.network !== 'ok') return fail(res, 404, 'communityNotFound', 'There is no such community');
  const expected = community.webhookSecretSealed
    ? openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed)
    : null;
  if (expected === null || !isSame(expected, req.params.secret))
    return fail(res, 403, 'wrongSecret', 'The secret is missing or wrong');
  const body = readJson(req.body);
  if (body === undefined) return fail(res, 400, 'payloadNotJson', 'The body is not JSON');
  const checked = okEvent.safeParse(body);
  if (!checked.success) {
    if (!okUnknownEvent.safeParse(body).success || isKnownType(body))
      return fail(res, 400, 'badRequest', 'The body is not an event of OK');
    count('ignored');
    return plain(res);
  }
  // What comes while it is off is read from the history when it is switched on again.
  if (!community.isEnabled || !community.intake.webhook) return plain(res);

  const ids = { communityId: community._id, type: checked.data.webhookType };
  const taking = takeOkEvent(parts, clients.ofCommunity(community), checked.data, receivedAtMs).then(
    () => 'stored' as const,
    (error: unknown) => {
      if (isUnstorable(error)) {
        count('unstorable');
        logger.error({ err: error, ...ids }, 'an event of OK cannot be stored and is left out');
        return 'stored' as const;
      }
      logger.warn({ err: error, ...ids }, 'an event of OK is not stored; OK will repeat it');
      return 'failed' as const;
    },
  );
  if ((await withinTime(taking)) === 'stored') return plain(res);
  return fail(res, 503, 'storeUnavailable', 'The event is not stored yet', RETRY_AFTER_S);
}

function isKnownType(body: unknown): boolean {
  const type = (body as { webhookType?: unknown }).webhookType;
  return type === 'MESSAGE_CREATED' || type === 'MESSAGE_CALLBACK';
}

async function withinTime<T>(work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Digests have one length whatever was sent, so the time of comparing tells nothing of the secret. */
function isSame(expected: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

function readJson(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function plain(res: Response): void {
  res.status(200).type('text/plain').send('ok');
}

function fail(res: Response, status: number, code: ErrorCode, message: string, retryAfterS?: number): void {
  if (retryAfterS !== undefined) res.set('Retry-After', String(retryAfterS));
  res
    .status(status)
    .json({ error: { code, message, ...(retryAfterS === undefined ? {} : { retryAfterS }) } });
}

/** Express's own refusals of a body, and a store that is away before anything was read. */
function refuse({ logger }: OkWebhookParts): ErrorRequestHandler {
  return (error: { status?: number; type?: string }, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error.type === 'entity.too.large' || error.status === 413)
      return fail(res, 413, 'bodyTooLarge', `The body is over ${limits.webhookBodyBytes} bytes`);
    if (error.status && error.status < 500)
      return fail(res, error.status, 'badRequest', 'The body could not be read');
    logger.warn({ err: error }, 'a webhook call failed; OK will repeat it');
    return fail(res, 503, 'storeUnavailable', 'The store does not answer', RETRY_AFTER_S);
  };
}
