/**
 * OK's webhook: `POST /webhooks/ok/:communityId/:secret`. Answers `ok` only after the event is stored or kept aside;
 * after any other answer OK repeats it. OK does not sign events, so the address holds the secret (reference, section 5).
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
  answerPlainly,
  answerWhenStored,
  isSameSecret,
  readJson,
  refuse,
  refuseUnread,
} from '../webhookAnswers.ts';
import { UnreadableEventError } from '../whyFailed.ts';
import type { OkClients } from './clients.ts';
import { type IngestDeps, ingestOkEvent } from './ingestOkEvent.ts';
import { letterOfUnreadable } from './letters.ts';
import { okEvent, okUnknownEvent } from './schema.ts';

/** OK waits 5 s; a busy answer within that time is better than none. */
const ANSWER_WITHIN_MS = 4_000;

export interface OkWebhookDeps extends IngestDeps {
  communities: Model<Community>;
  sealing: Sealing;
  clients: OkClients;
}

type WebhookRequest = Request<{ communityId: string; secret?: string }>;

export function okWebhookRouter(deps: OkWebhookDeps): Router {
  const router = Router();
  router.post(
    '/webhooks/ok/:communityId{/:secret}',
    express.text({ type: () => true, limit: limits.webhookBodyBytes, defaultCharset: 'utf-8' }),
    (req: WebhookRequest, res: Response) => answer(deps, req, res),
  );
  router.use('/webhooks/ok', refuseUnread(deps.logger, unchanged));
  return router;
}

async function answer(deps: OkWebhookDeps, req: WebhookRequest, res: Response): Promise<void> {
  const receivedAtMs = performance.now();
  const { communities, sealing, clients, logger } = deps;
  const count = deps.countBy('webhook');
  const community = await findCommunity(communities, req.params.communityId);
  if (community?.network !== 'ok') return refuse(res, 404, 'communityNotFound', 'Community not found');
  const expected = community.webhookSecretSealed
    ? openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed)
    : null;
  if (expected === null || !isSameSecret(expected, req.params.secret))
    return refuse(res, 403, 'wrongSecret', 'The secret is missing or wrong');
  const body = readJson(req.body);
  if (body === undefined) return refuse(res, 400, 'payloadNotJson', 'The body is not JSON');
  const named = okUnknownEvent.safeParse(body);
  if (!named.success) return refuse(res, 400, 'badRequest', 'The body is not an event of OK');
  const { webhookType } = named.data;
  const checked = okEvent.safeParse(body);
  if (!checked.success && !isKnownType(webhookType)) {
    count('ignored');
    return answerPlainly(res, 'ok');
  }
  // Events that arrive while it is disabled are backfilled from the history when it is enabled again.
  if (!community.isEnabled || !community.intake.webhook) return answerPlainly(res, 'ok');

  const client = clients.ofCommunity(community);
  const work = checked.success
    ? ingestOkEvent(deps, client, checked.data, receivedAtMs)
    : ingestOrKeepAside(deps, {
        community: client.community,
        ingest: () => Promise.reject(new UnreadableEventError()),
        letter: () => letterOfUnreadable(named.data),
        keptAside: () => count('keptAside'),
      });
  return answerWhenStored(res, work, {
    logger,
    withinMs: ANSWER_WITHIN_MS,
    watch: deps.watch,
    community: client.community,
    ids: { communityId: community._id, type: webhookType },
    loggable: unchanged,
  });
}

/** OK's errors hold no parameters of a call, so they are safe to log. */
const unchanged = (error: unknown) => error;

function isKnownType(type: string): boolean {
  return type === 'MESSAGE_CREATED' || type === 'MESSAGE_CALLBACK';
}
