/**
 * Keeps a claim while its work lasts, and knows at every moment whether it is certainly still ours. A process that was
 * stopped for longer than its lease finds out here, before it makes another call.
 */
import type { Model, Types } from 'mongoose';
import type { Logger } from '../../observability/logger.ts';
import { keepRenewing } from '../../work/lease.ts';
import { startStopwatch } from '../../work/stopwatch.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { type Claim, serviceLease } from './claimBatch.ts';

export interface LiveClaim extends Pick<Claim, 'claimId' | 'messages'> {
  /** Synchronous. False as soon as another process may have claimed the message. */
  holds(messageId: Types.ObjectId): boolean;
  stop(): Promise<void>;
}

/** The part of a lease that is kept back for clocks that differ. */
const MARGIN = 0.2;

export function keepClaim(
  { serviceMessages, logger }: { serviceMessages: Model<ServiceMessage>; logger: Logger },
  { claimId, messages, leaseMs, ageMs }: Claim,
): LiveClaim {
  let held = new Set(messages.map(({ _id }) => _id.toHexString()));
  let leaseAgeMs = ageMs;
  const renewing = keepRenewing({
    everyMs: leaseMs / 4,
    async renew() {
      const renewalAgeMs = startStopwatch();
      const ids = messages.filter(({ _id }) => held.has(_id.toHexString())).map(({ _id }) => _id);
      const { filter, set } = serviceLease.renew(claimId, leaseMs);
      const { matchedCount } = await serviceMessages.collection.updateMany(
        { _id: { $in: ids }, ...filter },
        { $set: set },
      );
      // Some have ended or are another process's: find out which are left.
      if (matchedCount < ids.length) {
        const left = await serviceMessages.distinct('_id', { _id: { $in: ids }, 'outbox.claimId': claimId });
        held = new Set(left.map((id) => id.toHexString()));
      }
      if (matchedCount > 0) leaseAgeMs = renewalAgeMs;
      return held.size > 0;
    },
    lost: () => held.clear(),
    logFailure: (error) => logger.warn({ err: error }, 'renewing a claim on service messages failed'),
  });
  return {
    claimId,
    messages,
    holds: (messageId) => leaseAgeMs() < leaseMs * (1 - MARGIN) && held.has(messageId.toHexString()),
    stop: () => renewing.stop(),
  };
}
