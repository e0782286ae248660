/**
 * N19: a message that was not delivered in time ends `expired` and its unit comes back. The moment is in its row, so a
 * restart forgets nothing; the worker checks the time again before each call, so nothing is sent after it.
 */
import type { Model } from 'mongoose';
import { beginChange, currentTry, note } from './change.ts';
import { REPORT_GRACE_MS } from './sendBatch.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';
import type { StatusEffects } from './statusEffects.ts';
import { writeChanges } from './writeChanges.ts';

export interface ExpiryDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
}

const AT_ONCE = 500;

/** Ends what has run out of time; returns how many. Call again while it returns some. */
export async function expireDue(deps: ExpiryDeps, now = new Date()): Promise<number> {
  const due = await deps.serviceMessages
    .find({ expiryDueAt: { $lte: now } })
    .sort({ expiryDueAt: 1 })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  const changes = due.map((message) => {
    // A sender that claims it meanwhile has begun in time.
    const { outbox } = message;
    const change = beginChange(message, outbox ? { 'outbox.claimId': outbox.claimId } : {});
    const latest = new Date(message.expiresAt.getTime() + REPORT_GRACE_MS);
    // It is in a call that began in time: what the network makes of it is waited for.
    if (outbox?.phase === 'calling' && now < latest) change.after.expiryDueAt = latest;
    else {
      const { tryNo } = currentTry(change);
      const { expiresAt: at } = message;
      note(change, { status: 'expired', at, source: 'desk', tryNo, code: 'ttlExpired' }, now);
      // Whatever its status was, nothing of it can expire any more.
      change.after.expiryDueAt = undefined;
    }
    return change;
  });
  const written = await writeChanges(deps, changes, now);
  return written.size;
}
