/**
 * Receives statuses from the gateway: `POST /webhooks/notify/:communityId`. Answers 200 only after every status is
 * stored with its message. After any other answer the gateway repeats the statuses; a repeat is harmless.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Model } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import type { Community } from '../../communities/community.model.ts';
import { findCommunity } from '../../communities/listCommunities.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Receipts } from '../../serviceMessages/ports.ts';
import type { Receipt } from '../../serviceMessages/sending/serviceChannel.ts';
import { gatherCalls } from '../../storage/gatherCalls.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { Dialect } from './dialect.ts';
import { toReceipt } from './receipt.ts';
import { readStatusCallbacks } from './schema.ts';

export interface StatusWebhookDeps {
  communities: Model<Community>;
  sealing: Sealing;
  dialect: Dialect;
  receipts: Receipts;
  logger: Logger;
}

export function statusWebhookRouter(deps: StatusWebhookDeps): Router {
  const { dialect, logger } = deps;
  // The gateway posts one status per request and many requests at once, so they are stored in batches.
  const record = gatherCalls(
    async (posts: Receipt[][]) => {
      const result = await deps.receipts.record(posts.flat());
      return posts.map(() => result);
    },
    { most: 500, atOnce: 2, sizeOf: (receipts) => receipts.length },
  );
  const router = Router();
  router.post(
    '/webhooks/notify/:communityId',
    express.text({ type: () => true, limit: limits.webhookBodyBytes, defaultCharset: 'utf-8' }),
    async (req: Request<{ communityId: string }>, res: Response) => {
      const community = await findCommunity(deps.communities, req.params.communityId);
      if (!community) return fail(res, 404, 'communityNotFound', 'Community not found');
      if (!isSecretOf(community, deps.sealing, req.get(dialect.secretHeader)))
        return fail(res, 403, 'wrongSecret', 'The secret is missing or wrong');
      const body = readJson(req.body);
      if (body === undefined) return fail(res, 400, 'payloadNotJson', 'The body is not JSON');
      const read = readStatusCallbacks(body);
      if (!read)
        return fail(res, 400, 'badRequest', 'The body is not a status, nor a list of up to 1000 of them');
      const { callbacks, unreadable } = read;
      await record(callbacks.map((callback) => toReceipt(community._id, dialect, callback, 'receipt')));
      // An error here would make the gateway repeat the whole list forever.
      if (unreadable > 0)
        logger.warn({ communityId: community._id, unreadable }, 'unreadable statuses were skipped');
      res.status(200).type('text/plain').send('ok');
    },
  );
  router.use('/webhooks/notify', (error: unknown, _req: Request, res: Response, next: () => void) => {
    if (res.headersSent) return next();
    if ((error as { type?: unknown }).type === 'entity.too.large')
      return fail(res, 413, 'bodyTooLarge', `The body is over ${limits.webhookBodyBytes} bytes`);
    logger.warn({ err: error }, 'statuses are not stored; the gateway will repeat them');
    res.setHeader('Retry-After', '5');
    fail(res, 503, 'storeUnavailable', 'The statuses could not be stored');
  });
  return router;
}

function isSecretOf(community: Community, sealing: Sealing, given: string | undefined): boolean {
  if (!community.notify || given === undefined) return false;
  const expected = openSecret(sealing, community, 'notifyStatusSecret', community.notify.statusSecretSealed);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

function readJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function fail(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ error: { code, message } });
}
