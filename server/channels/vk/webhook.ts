/**
 * VK's Callback API: `POST /webhooks/vk/:communityId`. Answers `ok` only after the event is stored or kept aside; after
 * any other answer VK repeats it. Confirmation, secret and repeats: reference, section 3.4.
 */
import express, { type Request, type Response, Router } from 'express';
import type { Model } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import type { Community } from '../../communities/community.model.ts';
import { findCommunity } from '../../communities/listCommunities.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { ingestOrKeepAside } from '../keepAside.ts';
import {
  answerBusy,
  answerPlainly,
  answerWhenStored,
  isSameSecret,
  readJson,
  refuse,
  refuseUnread,
} from '../webhookAnswers.ts';
import type { VkClients } from './clients.ts';
import { loggable } from './errors.ts';
import { vkUpdate } from './schema.ts';
import { planUpdates, type UpdateDeps } from './updates.ts';

/** VK gives up on a slow answer; a busy answer in time is better than none. */
const ANSWER_WITHIN_MS = 8_000;

export interface VkWebhookDeps extends UpdateDeps {
  communities: Model<Community>;
  sealing: Sealing;
  clients: VkClients;
}

export function vkWebhookRouter(deps: VkWebhookDeps): Router {
  const router = Router();
  router.post(
    '/webhooks/vk/:communityId',
    express.text({ type: () => true, limit: limits.webhookBodyBytes, defaultCharset: 'utf-8' }),
    (req: Request<{ communityId: string }>, res: Response) => answer(deps, req, res),
  );
  router.use('/webhooks/vk', refuseUnread(deps.logger, loggable));
  return router;
}

async function answer(
  deps: VkWebhookDeps,
  req: Request<{ communityId: string }>,
  res: Response,
): Promise<void> {
  const { communities, sealing, clients, keyedQueue, logger } = deps;
  const community = await findCommunity(communities, req.params.communityId);
  if (!community) return refuse(res, 404, 'communityNotFound', 'Community not found');
  const body = readJson(req.body);
  if (body === undefined) return refuse(res, 400, 'payloadNotJson', 'The body is not JSON');
  const checked = vkUpdate.safeParse(body);
  if (!checked.success) return refuse(res, 400, 'badRequest', 'The body is not an event of VK');
  const update = checked.data;
  const expected = community.webhookSecretSealed
    ? openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed)
    : null;
  if (expected === null || !isSameSecret(expected, update.secret))
    return refuse(res, 403, 'wrongSecret', 'The secret is missing or wrong');
  if (String(update.group_id) !== community.externalId)
    return refuse(res, 403, 'wrongCommunity', 'The event belongs to another community');

  if (update.type === 'confirmation') {
    if (!community.webhookConfirmation) return answerBusy(res, 'The confirmation string is not known yet');
    return answerPlainly(res, community.webhookConfirmation);
  }
  // Events that arrive while it is disabled are backfilled from the history when it is enabled again.
  if (!community.isEnabled || !community.intake.webhook) return answerPlainly(res, 'ok');

  const client = clients.ofCommunity(community);
  const work = Promise.all(
    planUpdates(deps, client, [update]).map(({ queueKey, events }) =>
      keyedQueue.run(queueKey, async () => {
        for (const event of events) {
          const inSlot = { ...event, ingest: () => keyedQueue.withSlot(event.ingest) };
          await ingestOrKeepAside(deps, inSlot);
        }
      }),
    ),
  );
  return answerWhenStored(res, work, {
    logger,
    withinMs: ANSWER_WITHIN_MS,
    watch: deps.watch,
    community: client.community,
    ids: { communityId: community._id, eventId: update.event_id, type: update.type },
    loggable,
  });
}
