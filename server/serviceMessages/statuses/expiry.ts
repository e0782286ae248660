/**
 * N19, the message's TTL: a message not handed over by its `expiresAt` ends `expired`; the status effects release its
 * quota. `expiryDueAt` is stored, so a restart loses nothing. A message that may be with the network is left to the
 * sender, which looks it up; only if nobody could do that for very long does it end here, and keeps its unit. A sent
 * message is left to `askReports.ts`.
 */

import type { Model } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import { unknownUntil } from '../sending/lookUpBatch.ts';
import type { ServiceMessage, ServiceOutbox } from '../serviceMessage.model.ts';
import { beginChange, type Change, currentTry, note } from './change.ts';
import type { StatusEffects } from './statusEffects.ts';
import { writeChanges } from './writeChanges.ts';

export interface ExpiryDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
}

const BATCH = 500;
/** Longer than the sender waits between look-ups, so that it has the last word where it can. */
const SENDER_FIRST_MS = 5 * 60_000;

/** Handles one batch of messages that are due; returns how many it changed. Call again until it returns 0. */
export async function expireDue(deps: ExpiryDeps): Promise<number> {
  const now = currentTime();
  const due = await deps.serviceMessages
    .find({ status: { $ne: 'sent' }, expiryDueAt: { $lte: now } })
    .sort({ expiryDueAt: 1 })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  const changes = due.map((message) => {
    // If a sender claims the message meanwhile, it may be sending it, and this write must fail.
    const { outbox } = message;
    const guard = {
      'outbox.phase': outbox?.phase,
      'outbox.claimId': outbox?.claimId,
      'outbox.dueAt': outbox?.dueAt,
    };
    const change = beginChange(message, outbox ? guard : { outbox: { $exists: false } });
    if (outbox?.phase === 'calling') waitOrGiveUp(change, outbox, now);
    else expire(change, 'ttlExpired', now);
    return change;
  });
  const written = await writeChanges(deps, changes);
  return written.size;
}

function waitOrGiveUp(change: Change, { claimId, dueAt, calledBy }: ServiceOutbox, now: Date): void {
  const { expiresAt } = change.before;
  const givenUpAt = new Date(
    unknownUntil({ expiresAt, calledBy: calledBy ?? dueAt }).getTime() + SENDER_FIRST_MS,
  );
  const isClaimed = claimId !== null && dueAt !== undefined && dueAt > now;
  if (givenUpAt <= now && !isClaimed) expire(change, 'outcomeUnknown', now);
  else change.after.expiryDueAt = new Date(Math.max(givenUpAt.getTime(), now.getTime() + SENDER_FIRST_MS));
}

export function expire(change: Change, code: 'ttlExpired' | 'outcomeUnknown', now: Date): void {
  const { tryNo } = currentTry(change);
  note(change, { status: 'expired', at: change.before.expiresAt, source: 'desk', tryNo, code }, now);
  // Also when `note` left the status as it was: the sweeper is done with this message.
  change.after.expiryDueAt = undefined;
}
