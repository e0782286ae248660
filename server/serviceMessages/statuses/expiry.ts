/**
 * N19, the message's TTL: a message not handed over by its `expiresAt` ends `expired`; the status effects release its
 * quota. `expiryDueAt` is stored, so a restart loses nothing. A message that may be with the network is left to the
 * sender, which looks it up; only if nobody could do that for very long does it end here, and keeps its unit. A sent
 * message is left to `askReports.ts`.
 */

import type { Model } from 'mongoose';
import type { Logger } from '../../observability/logger.ts';
import { isolated } from '../../storage/isolate.ts';
import { currentTime } from '../../work/clock.ts';
import { unknownUntil } from '../sending/lookUpBatch.ts';
import type { ServiceMessage, ServiceOutbox } from '../serviceMessage.model.ts';
import { beginChange, type Change, currentTry, note } from './change.ts';
import type { StatusEffects } from './statusEffects.ts';
import { writeChanges } from './writeChanges.ts';

export interface ExpiryDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
  logger: Logger;
}

const BATCH = 500;
/** Longer than the sender waits between look-ups, so that it has the last word where it can. */
const SENDER_FIRST_MS = 5 * 60_000;
const BROKEN_AGAIN_MS = 60 * 60_000;

/** Handles one batch of messages that are due; returns how many it changed. Call again until it returns 0. */
export async function expireDue(deps: ExpiryDeps): Promise<number> {
  const now = currentTime();
  const due = await deps.serviceMessages
    .find({ status: { $ne: 'sent' }, expiryDueAt: { $lte: now } })
    .sort({ expiryDueAt: 1 })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  const changes: Change[] = [];
  const broken: Broken[] = [];
  for (const message of due) {
    try {
      changes.push(expiryOf(message, now));
    } catch (error) {
      broken.push({ message, error });
    }
  }
  const written = await writeEach(deps, changes, broken);
  for (const each of broken) await postpone(deps, each, now);
  return written;
}

function expiryOf(message: ServiceMessage, now: Date): Change {
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
}

/** A message that cannot be read or written, such as one that is too large by now. */
interface Broken {
  message: ServiceMessage;
  error: unknown;
}

/** One by one when the store refuses a part of them. @returns how many were written. */
async function writeEach(deps: ExpiryDeps, changes: Change[], broken: Broken[]): Promise<number> {
  let written = 0;
  const write = async (some: Change[]) => {
    written += (await writeChanges(deps, some)).size;
  };
  const isWhole = await isolated(
    () => write(changes),
    () => undefined,
  );
  if (isWhole) return written;
  for (const change of changes)
    await isolated(
      () => write([change]),
      (error) => broken.push({ message: change.before, error }),
    );
  return written;
}

/** It must not stand before the others at every look. */
async function postpone({ serviceMessages, logger }: ExpiryDeps, { message, error }: Broken, now: Date) {
  const { _id, expiryDueAt } = message;
  logger.error({ err: error, messageId: _id }, 'a message could not expire; it is tried again in an hour');
  await isolated(
    () =>
      serviceMessages.collection.updateOne(
        { _id, expiryDueAt: expiryDueAt as Date },
        { $set: { expiryDueAt: new Date(now.getTime() + BROKEN_AGAIN_MS) } },
      ),
    (err) => logger.error({ err, messageId: _id }, 'a message that could not expire was not postponed'),
  );
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
