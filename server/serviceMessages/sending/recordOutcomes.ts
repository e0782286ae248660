/** Writes the outcomes of a claimed batch: one bulk write, repeated for messages that a report changed meanwhile. */
import type { Model } from 'mongoose';
import type { Logger } from '../../observability/logger.ts';
import { currentTime } from '../../work/clock.ts';
import type { QuotaKeeper } from '../quota/quota.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { beginChange, type Change, currentTryOf } from '../statuses/change.ts';
import type { StatusEffects } from '../statuses/statusEffects.ts';
import { writeChanges } from '../statuses/writeChanges.ts';
import { applyOutcome, type Resolution } from './applyOutcome.ts';
import { endTries, type TryToEnd } from './endTries.ts';
import type { LiveClaim } from './liveClaim.ts';
import type { SendingTimes } from './sendingTimes.ts';
import type { ServiceChannel } from './serviceChannel.ts';

export type { Resolution } from './applyOutcome.ts';

export interface RecordDeps {
  serviceMessages: Model<ServiceMessage>;
  quota: QuotaKeeper;
  statusEffects: StatusEffects;
  times: SendingTimes;
  logger: Logger;
}

export async function recordOutcomes(
  { serviceMessages, quota, statusEffects }: RecordDeps,
  channel: Pick<ServiceChannel, 'reportsDelivery' | 'leastTtlSeconds'>,
  { claimId, messages }: Pick<LiveClaim, 'claimId' | 'messages'>,
  outcomeOf: (message: ServiceMessage) => Resolution,
): Promise<void> {
  const isHandedOver = (message: ServiceMessage) => ['sent', 'found'].includes(outcomeOf(message).kind);
  let open = messages;
  while (open.length > 0) {
    const now = currentTime();
    const ended: TryToEnd[] = [];
    const changes = open.map((message) => {
      // That the network has the message is true whoever holds the claim now, and stops the others.
      const change = beginChange(message, isHandedOver(message) ? {} : { 'outbox.claimId': claimId });
      applyOutcome(change, outcomeOf(message), { channel, ended, now });
      return change;
    });
    await endTries(quota, ended, now);
    const written = await writeChanges({ serviceMessages, statusEffects }, changes);
    // A report changed the message before the call returned: read it again, and apply the outcome again.
    open = await readAgain(serviceMessages, changes, written);
    open = open.filter(
      (message) => message.outbox?.claimId?.equals(claimId) || (isHandedOver(message) && lacksId(message)),
    );
  }

  /** True while nobody has recorded the network's id of the try that was called. */
  function lacksId(message: ServiceMessage): boolean {
    const { current } = currentTryOf(message);
    const called = messages.find(({ _id }) => _id.equals(message._id));
    return called?.communityId.equals(message.communityId) === true && current.externalId === undefined;
  }
}

async function readAgain(
  serviceMessages: Model<ServiceMessage>,
  changes: Change[],
  written: Set<Change>,
): Promise<ServiceMessage[]> {
  const missed = changes.filter((change) => !written.has(change)).map(({ before }) => before._id);
  return missed.length === 0 ? [] : serviceMessages.find({ _id: { $in: missed } }).lean<ServiceMessage[]>();
}
