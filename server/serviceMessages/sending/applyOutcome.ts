/** What one outcome means for its message: status, next try, or when it is due again. Changes it in memory. */
import { type Backoff, backoffMs } from '../../work/backoff.ts';
import type { ServiceOutbox } from '../serviceMessage.model.ts';
import { type Change, currentTry, note, type StatusReport } from '../statuses/change.ts';
import type { TryToEnd } from './endTries.ts';
import type { LookUpVerdict } from './lookUpVerdict.ts';
import { REPORT_GRACE_MS } from './sendingTimes.ts';
import type { ServiceChannel, ServiceOutcome } from './serviceChannel.ts';
import { ttlSecondsLeft } from './ttl.ts';
import type { Verdict } from './validateClaim.ts';

export type Resolution = ServiceOutcome | LookUpVerdict | Exclude<Verdict, { kind: 'send' }>;

export interface OutcomeContext {
  channel: Pick<ServiceChannel, 'reportsDelivery' | 'leastTtlSeconds'>;
  /** Tries that ended are added here; their messages may go to the next network. */
  ended: TryToEnd[];
  now: Date;
}

/** A stopped community is tried again after this; administrators see that it is stopped. */
const STOPPED_WAIT_MS = 30_000;
const sendBackoff: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };

export function applyOutcome(
  change: Change,
  outcome: Resolution,
  { channel, ended, now }: OutcomeContext,
): void {
  const { after } = change;
  const { tryNo, current } = currentTry(change);
  const attempts = after.outbox?.attempts ?? 1;
  const requeue = (phase: ServiceOutbox['phase'], afterMs: number, about: Partial<ServiceOutbox> = {}) => {
    after.outbox = { dueAt: new Date(now.getTime() + afterMs), phase, claimId: null, attempts, ...about };
  };
  const nextMs = () => backoffMs({ ...sendBackoff, failures: attempts });
  const report = (source: StatusReport['source']) => ({ at: now, source, tryNo });
  const expire = (code: 'ttlExpired' | 'outcomeUnknown') => {
    after.outbox = undefined;
    note(change, { ...report('desk'), status: 'expired', code }, now);
  };
  switch (outcome.kind) {
    case 'sent':
    case 'found': {
      current.externalId = outcome.externalId;
      after.outbox = undefined;
      note(change, { ...report(outcome.kind === 'sent' ? 'send' : 'lookup'), status: 'sent' }, now);
      if (after.status !== 'sent') return;
      // Counted from now if it was found late: its reports may still be under way.
      const reportedByMs = Math.max(after.expiresAt.getTime(), now.getTime()) + REPORT_GRACE_MS;
      after.expiryDueAt = channel.reportsDelivery ? new Date(reportedByMs) : undefined;
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
      expire('ttlExpired');
      return;
    case 'notCalled':
    case 'absent':
      // The network does not have it. This claim sent nothing, so it is not an attempt.
      if (ttlSecondsLeft(after.expiresAt.getTime() - now.getTime(), channel.leastTtlSeconds) === null)
        expire('ttlExpired');
      else requeue('waiting', 0, { attempts: Math.max(0, attempts - 1) });
      return;
    case 'later':
      requeue('waiting', outcome.afterMs ?? nextMs());
      return;
    case 'communityStopped':
      requeue('waiting', STOPPED_WAIT_MS);
      return;
    case 'unknown':
      requeue('calling', nextMs(), { calledBy: now });
      return;
    case 'lookUpLater':
      requeue('calling', outcome.afterMs ?? nextMs(), { calledBy: outcome.calledBy });
      return;
    case 'neverKnown':
      expire('outcomeUnknown');
  }
}
