/**
 * N19, the message's TTL: a message not delivered by its `expiresAt` ends `expired`; the status effects release their
 * quota. `expiryDueAt` is stored, so a restart loses nothing. The sender itself checks `expiresAt` before each call.
 */

import type { Model } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import { REPORT_GRACE_MS } from '../sending/sendBatch.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { beginChange, currentTry, note } from './change.ts';
import type { StatusEffects } from './statusEffects.ts';
import { writeChanges } from './writeChanges.ts';

export interface ExpiryDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
}

const BATCH = 500;

/** Handles one batch of messages that are due; returns how many it changed. Call again until it returns 0. */
export async function expireDue(deps: ExpiryDeps, now = currentTime()): Promise<number> {
  const due = await deps.serviceMessages
    .find({ expiryDueAt: { $lte: now } })
    .sort({ expiryDueAt: 1 })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  const changes = due.map((message) => {
    // If a sender claims the message meanwhile, it began in time, and this write must fail.
    const { outbox } = message;
    const change = beginChange(message, outbox ? { 'outbox.claimId': outbox.claimId } : {});
    const expiryDueAt = new Date(message.expiresAt.getTime() + REPORT_GRACE_MS);
    // A call that began in time is under way: wait for its outcome.
    if (outbox?.phase === 'calling' && now < expiryDueAt) change.after.expiryDueAt = expiryDueAt;
    else {
      const { tryNo } = currentTry(change);
      note(
        change,
        { status: 'expired', at: message.expiresAt, source: 'desk', tryNo, code: 'ttlExpired' },
        now,
      );
      // Also when `note` left the status as it was: the sweeper is done with this message.
      change.after.expiryDueAt = undefined;
    }
    return change;
  });
  const written = await writeChanges(deps, changes, now);
  return written.size;
}
