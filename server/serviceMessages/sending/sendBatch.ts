/**
 * Sends one claimed batch in one call to its network, and writes every outcome under the claim. If the process dies,
 * the claim expires, and the next sender looks up which messages were sent.
 */

import type { Model } from 'mongoose';
import type { PhoneReport } from '../../clients/phoneReport.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { SendingLimits } from '../../companies/sendingLimits.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import { type Backoff, backoffMs } from '../../work/backoff.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
import type { Stops } from '../ports.ts';
import type { QuotaKeeper } from '../quota/quota.ts';
import { unitsOf } from '../quota/units.ts';
import type { ServiceMessage, ServiceOutbox } from '../serviceMessage.model.ts';
import {
  beginChange,
  type Change,
  currentTry,
  currentTryOf,
  note,
  type StatusReport,
} from '../statuses/change.ts';
import type { StatusEffects } from '../statuses/statusEffects.ts';
import { writeChanges } from '../statuses/writeChanges.ts';
import type { Claim } from './claimBatch.ts';
import { endTries, type TryToEnd } from './endTries.ts';
import {
  type OutgoingService,
  type ServiceChannel,
  type ServiceOutcome,
  tryKeyOf,
} from './serviceChannel.ts';
import { type Verdict, validateClaim } from './validateClaim.ts';

export interface SendBatchDeps {
  serviceMessages: Model<ServiceMessage>;
  phoneReports: Model<PhoneReport>;
  quota: QuotaKeeper;
  phones: Phones;
  limits: Pick<SendingLimits, 'blocked'>;
  stops: Stops;
  statusEffects: StatusEffects;
}

/** How long after `expiresAt` the network may still report a delivery that was in time. */
export const REPORT_GRACE_MS = 60_000;
/** A stopped community is tried again after this; administrators see that it is stopped. */
const STOPPED_WAIT_MS = 30_000;
const sendBackoff: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };

export async function sendBatch(
  deps: SendBatchDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  claim: Claim,
): Promise<void> {
  const verdicts = await validateClaim(deps, community, channel, claim);
  const toSend = claim.messages.filter(({ _id }) => verdicts.get(_id.toHexString())!.kind === 'send');
  const outcomes = await handOver(deps, community, channel, toSend);

  let open = claim.messages;
  while (open.length > 0) {
    const now = currentTime();
    const ended: TryToEnd[] = [];
    const changes = open.map((message) => {
      const change = beginChange(message, { 'outbox.claimId': claim.claimId });
      const id = message._id.toHexString();
      applyOutcome(change, outcomes.get(id) ?? (verdicts.get(id) as Resolution), channel, ended, now);
      return change;
    });
    await endTries(deps.quota, ended, now);
    const written = await writeChanges(deps, changes, now);
    // A report changed the message before the call returned: read what is still claimed, and apply the outcome again.
    const missed = changes.filter((change) => !written.has(change)).map(({ before }) => before._id);
    open =
      missed.length === 0
        ? []
        : await deps.serviceMessages
            .find({ _id: { $in: missed }, 'outbox.claimId': claim.claimId })
            .lean<ServiceMessage[]>();
  }
}

/** The network's outcome for each message, by message id. */
async function handOver(
  { quota, phones }: SendBatchDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  messages: ServiceMessage[],
): Promise<Map<string, ServiceOutcome>> {
  if (messages.length === 0) return new Map();
  // Before the call: a unit that counts too early keeps the quota (N7), one that counts too late breaks it.
  await quota.markSent(messages.flatMap((message) => unitsOf(message).slice(-1)));
  const nowMs = currentTimeMs();
  const outcomes = await channel.send(
    community,
    messages.map((message) => toOutgoing(message, channel, phones, nowMs)),
  );
  return new Map(messages.map(({ _id }, at) => [_id.toHexString(), outcomes[at]!]));
}

function toOutgoing(
  message: ServiceMessage,
  { leastTtlSeconds }: ServiceChannel,
  phones: Phones,
  nowMs: number,
): OutgoingService {
  return {
    tryKey: tryKeyOf(message._id, currentTryOf(message).current.network),
    messageId: message._id,
    phone: phones.open(message.phoneSealed, message._id),
    templateId: message.templateId,
    templateName: message.templateName,
    templateVersion: message.templateVersion,
    variables: message.variables,
    text: message.text,
    buttons: message.buttons,
    imageIds: message.imageIds,
    direction: message.direction,
    deliveryPolicy: message.deliveryPolicy,
    ttlSeconds: Math.max(leastTtlSeconds, Math.floor((message.expiresAt.getTime() - nowMs) / 1000)),
  };
}

type Resolution = ServiceOutcome | Exclude<Verdict, { kind: 'send' }>;

function applyOutcome(
  change: Change,
  outcome: Resolution,
  channel: ServiceChannel,
  ended: TryToEnd[],
  now: Date,
): void {
  const { after } = change;
  const { tryNo, current } = currentTry(change);
  const attempts = after.outbox?.attempts ?? 1;
  const requeue = (phase: ServiceOutbox['phase'], afterMs: number) => {
    after.outbox = { dueAt: new Date(now.getTime() + afterMs), phase, claimId: null, attempts };
  };
  const report = (source: StatusReport['source']) => ({ at: now, source, tryNo });
  switch (outcome.kind) {
    case 'sent':
    case 'found': {
      current.externalId = outcome.externalId;
      after.outbox = undefined;
      const at = outcome.kind === 'sent' && outcome.at ? outcome.at : now;
      note(change, { ...report(outcome.kind === 'sent' ? 'send' : 'lookup'), at, status: 'sent' }, now);
      if (after.status !== 'sent') return;
      if (channel.reportsDelivery) after.expiryDueAt = new Date(after.expiresAt.getTime() + REPORT_GRACE_MS);
      else after.expiryDueAt = undefined;
      return;
    }
    case 'undelivered': {
      const { code, networkCode } = outcome;
      ended.push({
        change,
        isSkipped: false,
        report: { ...report('send'), status: 'undelivered', code, networkCode },
      });
      after.outbox = undefined;
      return;
    }
    case 'doubted':
      ended.push({
        change,
        isSkipped: true,
        report: { ...report('desk'), status: 'undelivered', code: outcome.code },
      });
      return;
    case 'blocked':
      // No next network: the company blocked this client.
      after.outbox = undefined;
      note(change, { ...report('desk'), tryNo: null, status: 'undelivered', code: 'clientBlocked' }, now);
      return;
    case 'held':
      // No sender finds it until it is released. This claim sent nothing, so it is not an attempt.
      after.outbox = { phase: 'waiting', claimId: null, attempts: attempts - 1, heldFor: after.senderKey };
      return;
    case 'cancelled':
      after.outbox = undefined;
      note(change, { ...report('desk'), tryNo: null, status: 'undelivered', code: 'cancelled' }, now);
      return;
    case 'outOfTime':
      after.outbox = undefined;
      note(change, { ...report('desk'), status: 'expired', code: 'ttlExpired' }, now);
      return;
    case 'later':
      requeue('waiting', outcome.afterMs ?? backoffMs({ ...sendBackoff, failures: attempts }));
      return;
    case 'communityStopped':
      requeue('waiting', STOPPED_WAIT_MS);
      return;
    case 'unknown':
    case 'lookUpLater':
      requeue('calling', backoffMs({ ...sendBackoff, failures: attempts }));
  }
}
