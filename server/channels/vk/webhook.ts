/**
 * VK's Callback API: `POST /webhooks/vk/:communityId`. Answers `ok` only after what came is durable; anything else
 * makes VK repeat it. Confirmation, secret and repeats: reference, section 3.4.
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
import type { VkClients } from './clients.ts';
import { loggable } from './errors.ts';
import { vkUpdate } from './schema.ts';
import { isUnstorable } from './unstorable.ts';
import { planUpdates, type UpdateParts } from './updates.ts';

/** VK gives up on a slow answer; a busy answer in time is better, and what is under way is finished all the same. */
const ANSWER_WITHIN_MS = 8_000;
const RETRY_AFTER_S = 5;

export interface VkWebhookParts extends UpdateParts {
  communities: Model<Community>;
  sealing: Sealing;
  clients: VkClients;
}

export function vkWebhookRouter(parts: VkWebhookParts): Router {
  const router = Router();
  router.post(
    '/webhooks/vk/:communityId',
    express.text({ type: () => true, limit: limits.webhookBodyBytes, defaultCharset: 'utf-8' }),
    (req: Request<{ communityId: string }>, res: Response) => answer(parts, req, res),
  );
  router.use('/webhooks/vk', refuse(parts));
  return router;
}

async function answer(
  parts: VkWebhookParts,
  req: Request<{ communityId: string }>,
  res: Response,
): Promise<void> {
  const { communities, sealing, clients, count, logger } = parts;
  const community = await findCommunity(communities, req.params.communityId);
  if (!community) return fail(res, 404, 'communityNotFound', 'There is no such community');
  const body = readJson(req.body);
  if (body === undefined) return fail(res, 400, 'payloadNotJson', 'The body is not JSON');
  const checked = vkUpdate.safeParse(body);
  if (!checked.success) return fail(res, 400, 'badRequest', 'The body is not an event of VK');
  const update = checked.data;
  const expected = community.webhookSecretSealed
    ? openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed)
    : null;
  if (expected === null || !isSame(expected, update.secret))
    return fail(res, 403, 'wrongSecret', 'The secret is missing or wrong');
  if (String(update.group_id) !== community.externalId)
    return fail(res, 403, 'wrongCommunity', 'The event is of another community');

  if (update.type === 'confirmation') {
    if (!community.webhookConfirmation)
      return fail(res, 503, 'storeUnavailable', 'The confirmation string is not known yet', RETRY_AFTER_S);
    return plain(res, community.webhookConfirmation);
  }
  // What comes while it is off is read from the history when it is switched on again.
  if (!community.isEnabled || !community.intake.webhook) return plain(res, 'ok');

  const client = clients.ofCommunity(community);
  const taking = Promise.all(
    planUpdates(parts, client, [update]).map(({ lane, updates }) =>
      parts.lanes.run(lane, async () => {
        for (const take of updates) await parts.lanes.withPlace(take);
      }),
    ),
  ).then(
    () => 'stored' as const,
    (error: unknown) => {
      const ids = { communityId: community._id, eventId: update.event_id, type: update.type };
      if (isUnstorable(error)) {
        count('unstorable');
        logger.error({ error: loggable(error), ...ids }, 'an event of VK cannot be stored and is left out');
        return 'stored' as const;
      }
      logger.warn({ error: loggable(error), ...ids }, 'an event of VK is not stored; VK will repeat it');
      return 'failed' as const;
    },
  );
  const outcome = await withinTime(taking);
  if (outcome === 'stored') return plain(res, 'ok');
  return fail(res, 503, 'storeUnavailable', 'The event is not stored yet', RETRY_AFTER_S);
}

async function withinTime<T>(work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Digests have one length whatever was sent, so the time of comparing tells nothing of the secret. */
function isSame(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
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

function plain(res: Response, text: string): void {
  res.status(200).type('text/plain').send(text);
}

function fail(res: Response, status: number, code: ErrorCode, message: string, retryAfterS?: number): void {
  if (retryAfterS !== undefined) res.set('Retry-After', String(retryAfterS));
  res
    .status(status)
    .json({ error: { code, message, ...(retryAfterS === undefined ? {} : { retryAfterS }) } });
}

/** Express's own refusals of a body, and a store that is away before anything was read. */
function refuse({ logger }: VkWebhookParts): ErrorRequestHandler {
  return (error: { status?: number; type?: string }, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error.type === 'entity.too.large' || error.status === 413)
      return fail(res, 413, 'bodyTooLarge', `The body is over ${limits.webhookBodyBytes} bytes`);
    if (error.status && error.status < 500)
      return fail(res, error.status, 'badRequest', 'The body could not be read');
    logger.warn({ error: loggable(error) }, 'a webhook call failed; VK will repeat it');
    return fail(res, 503, 'storeUnavailable', 'The store does not answer', RETRY_AFTER_S);
  };
}
