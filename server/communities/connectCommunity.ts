/** Connects a community by its access key, and changes a connected one. A refusal is returned as a value. */

import { randomBytes } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { cleanName } from '../../shared/names.ts';
import type { Network } from '../../shared/schemas/common.ts';
import type { communityPatch, newCommunity } from '../../shared/schemas/community.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { createDocument } from '../storage/insertDocument.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import type { Community, CommunityConnection } from './community.model.ts';
import type { CommunityConnector, CommunityProfile, TokenCheck } from './communityConnector.ts';
import { toCommunityView, webhookUrl } from './communityView.ts';
import type { PublishCommunity } from './connection.ts';
import { openSecret, sealSecret } from './secrets.ts';

export interface CommunityActionDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  connectorOf(network: Network): CommunityConnector;
  sealing: Sealing;
  publish: PublishCommunity;
  /** Wakes the listeners after a change. */
  wake(): void;
  /** The address at which networks reach this desk. */
  publicUrl: string;
  /** False when networks cannot call `publicUrl`, for example plain HTTP outside loopback. */
  canReceiveWebhooks: boolean;
  logger: Logger;
}

export type CommunityActionOutcome =
  | { kind: 'done'; community: Community }
  | { kind: 'communityExists' }
  | { kind: 'communityNotFound' }
  /** `missingRights` is empty when the network refused the key itself. */
  | { kind: 'tokenRejected'; networkCode: number | null; missingRights: string[] }
  | { kind: 'networkUnreachable' };

const SECRET_BYTES = 24;

export async function connectCommunity(
  deps: CommunityActionDeps,
  given: z.output<typeof newCommunity>,
): Promise<CommunityActionOutcome> {
  const { communities, sealing } = deps;
  const { network, token } = given;
  const named = given.network === 'ok' ? { externalId: given.groupId, name: given.name } : null;
  const intake = given.network === 'ok' ? { longPoll: false, webhook: true } : given.intake;
  const check = await deps.connectorOf(network).checkToken(token, named);
  const refusal = refusalOf(check);
  if (refusal) return refusal;
  const profile = profileOf(check);
  try {
    const created = await createDocument(communities, {
      _id: new Types.ObjectId(),
      companyId: deps.companyId,
      network,
      ...profile,
      tokenSealed: sealSecret(sealing, { network, externalId: profile.externalId }, 'token', token),
      intake,
      // Listeners ignore the community until its intake is prepared below.
      isEnabled: false,
      connection: connectionNow('connecting'),
      createdAt: currentTime(),
    });
    const outcome = await applyIntake(deps, created, token);
    // Remove a half-connected community, so that the administrator can connect it again.
    if (outcome.kind !== 'done') await communities.deleteOne({ _id: created._id });
    return outcome;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const half = await findHalfConnected(deps, network, profile.externalId);
    if (!half) return { kind: 'communityExists' };
    const tokenSealed = sealSecret(sealing, half, 'token', token);
    return applyIntake(deps, { ...half, ...profile, tokenSealed, intake }, token);
  }
}

/** A community whose connection the store cut short: it was never enabled, and connecting it again completes it. */
async function findHalfConnected(
  { communities, companyId }: CommunityActionDeps,
  network: Network,
  externalId: string,
): Promise<Community | null> {
  return communities
    .findOne({ companyId, network, externalId, isEnabled: false, 'connection.state': 'connecting' })
    .lean<Community>();
}

export async function changeCommunity(
  deps: CommunityActionDeps,
  id: string,
  patch: z.output<typeof communityPatch>,
): Promise<CommunityActionOutcome> {
  const { communities, sealing } = deps;
  const { token: newToken } = patch;
  const before = await communities.findById(id).lean<Community>();
  if (!before) return { kind: 'communityNotFound' };
  const isEnabled = patch.isEnabled ?? before.isEnabled;
  const changes: Partial<Community> = { isEnabled };
  if (patch.asksRating !== undefined) changes.asksRating = patch.asksRating;
  if (patch.ratingQuestion !== undefined) changes.ratingQuestion = patch.ratingQuestion;
  if (newToken !== undefined) {
    const { externalId, name } = before;
    const check = await deps.connectorOf(before.network).checkToken(newToken, { externalId, name });
    const refusal = refusalOf(check);
    if (refusal) return refusal;
    const profile = profileOf(check);
    // A key of another community would mix two communities' threads.
    if (profile.externalId !== before.externalId)
      return { kind: 'tokenRejected', networkCode: null, missingRights: [] };
    Object.assign(changes, profile, { tokenSealed: sealSecret(sealing, before, 'token', newToken) });
  }
  if (patch.intake) changes.intake = patch.intake;
  const mustPrepareIntake = isEnabled && (newToken !== undefined || patch.intake || !before.isEnabled);
  if (mustPrepareIntake) {
    const token = newToken ?? readable(sealing, before, 'token', before.tokenSealed);
    if (token === null) return { kind: 'tokenRejected', networkCode: null, missingRights: [] };
    return applyIntake(deps, { ...before, ...changes }, token);
  }
  if (!isEnabled && before.isEnabled) changes.connection = connectionNow('disabled');
  const after = await save(deps, before._id, changes);
  return after ? { kind: 'done', community: after } : { kind: 'communityNotFound' };
}

/** Registers the intake at the network, then stores the community as enabled and wakes the listeners. */
async function applyIntake(
  deps: CommunityActionDeps,
  community: Community,
  token: string,
): Promise<CommunityActionOutcome> {
  const { sealing, communities, logger } = deps;
  const connector = deps.connectorOf(community.network);
  let webhook: Parameters<CommunityConnector['prepareIntake']>[2]['webhook'] = null;
  if (community.intake.webhook && !deps.canReceiveWebhooks)
    logger.warn({ communityId: community._id }, 'the network cannot call this desk: PUBLIC_URL is not https');
  if (community.intake.webhook && deps.canReceiveWebhooks) {
    const kept = readable(sealing, community, 'webhookSecret', community.webhookSecretSealed);
    const secret = kept ?? randomBytes(SECRET_BYTES).toString('hex');
    const webhookConfirmation = await connector.confirmationCode(token, community.externalId);
    const webhookSecretSealed =
      kept === null ? sealSecret(sealing, community, 'webhookSecret', secret) : community.webhookSecretSealed;
    // Store the secret first: the network calls the webhook while it is being added.
    await communities.updateOne(
      { _id: community._id },
      { $set: { webhookConfirmation, webhookSecretSealed } },
    );
    webhook = { url: webhookUrl(deps.publicUrl, community), secret, serverId: community.webhookServerId };
  }
  const { externalId, intake } = community;
  const prepared = await connector.prepareIntake(token, externalId, { longPoll: intake.longPoll, webhook });
  if (prepared.kind === 'unreachable') return { kind: 'networkUnreachable' };
  if (prepared.kind === 'rejected')
    return { kind: 'tokenRejected', networkCode: prepared.networkCode, missingRights: [] };
  const after = await save(deps, community._id, {
    name: community.name,
    screenName: community.screenName,
    avatarSourceUrl: community.avatarSourceUrl,
    tokenSealed: community.tokenSealed,
    intake: { longPoll: intake.longPoll, webhook: intake.webhook },
    webhookServerId: prepared.webhookServerId,
    isEnabled: true,
    connection: connectionNow('connecting'),
  });
  return after ? { kind: 'done', community: after } : { kind: 'communityNotFound' };
}

/** Null for a community without a secret, and when the desk does not have the key of it: the caller makes a new one. */
function readable(
  sealing: Sealing,
  community: Community,
  kind: 'token' | 'webhookSecret',
  sealed: string | null,
): string | null {
  try {
    return sealed && openSecret(sealing, community, kind, sealed);
  } catch {
    return null;
  }
}

async function save(
  { communities, publish, wake }: CommunityActionDeps,
  id: Types.ObjectId,
  changes: Partial<Community>,
): Promise<Community | null> {
  const after = await communities
    .findOneAndUpdate({ _id: id }, { $set: changes }, { returnDocument: 'after' })
    .lean<Community>();
  if (!after) return null;
  publish({ type: 'community.changed', community: toCommunityView(after) });
  wake();
  return after;
}

/** Of an accepted token. The network's name of the community is shown on every screen. */
function profileOf(check: TokenCheck): CommunityProfile {
  const { profile } = check as Extract<TokenCheck, { kind: 'accepted' }>;
  return { ...profile, name: cleanName(profile.name) || profile.externalId };
}

function refusalOf(check: TokenCheck): CommunityActionOutcome | null {
  if (check.kind === 'unreachable') return { kind: 'networkUnreachable' };
  if (check.kind === 'rejected')
    return { kind: 'tokenRejected', networkCode: check.networkCode, missingRights: [] };
  if (check.missingRights.length > 0)
    return { kind: 'tokenRejected', networkCode: null, missingRights: check.missingRights };
  return null;
}

function connectionNow(state: CommunityConnection['state']): CommunityConnection {
  return { state, since: currentTime(), stopReason: null, networkCode: null };
}
