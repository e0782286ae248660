/**
 * N24, the route over networks: after a try that did not reach the client, the message goes to the route's next
 * network if enough time and a unit of that community's quota are left. Otherwise the message ends.
 */

import type { QuotaKeeper } from '../quota/quota.ts';
import { unitsOf } from '../quota/units.ts';
import type { EndCode } from '../serviceMessage.model.ts';
import { addLine, type Change, currentTry, note, type StatusReport } from '../statuses/change.ts';
import { isUndecided } from '../statuses/statusLine.ts';

export interface TryToEnd {
  change: Change;
  /** Why it ended. */
  report: StatusReport & { status: 'undelivered' };
  /** True when nothing was handed to the network. */
  isSkipped: boolean;
}

/** Networks accept whole seconds: a shorter TTL cannot be sent. */
const LEAST_TTL_MS = 1_000;

/** Changes the messages in memory. Handles all of them together, so that one quota call serves the whole batch. */
export async function endTries(quota: QuotaKeeper, ended: TryToEnd[], now: Date): Promise<void> {
  let open = ended;
  while (open.length > 0) {
    const continued: Change[] = [];
    for (const { change, report, isSkipped } of open) {
      if (isSkipped) currentTry(change).current.isSkipped = true;
      // Another report of the same batch already decided the message.
      if (!isUndecided(change.after.status)) {
        addLine(change, report, now, false);
        continue;
      }
      if (!hasNext(change, now)) {
        endAll(change, report, now);
        continue;
      }
      // This try ended, but the message goes on: the history keeps the report, and the status stays.
      addLine(change, report, now, false);
      openNext(change, now);
      continued.push(change);
    }
    const answers = await quota.reserve(continued.map(({ after }) => unitsOf(after).at(-1)!));
    open = continued
      .filter((_, at) => answers[at]!.kind === 'spent')
      .map((change) => ({
        change,
        isSkipped: true,
        report: {
          status: 'undelivered',
          at: now,
          source: 'desk',
          tryNo: currentTry(change).tryNo,
          code: 'quotaSpent',
        },
      }));
  }
}

/** These codes mean that the client is not in the network. Any other code explains the failure better (N23). */
const lesserCodes: readonly unknown[] = ['phoneUnknown', 'notInNetwork', 'userIdUnknown'] satisfies EndCode[];

function endAll(change: Change, report: TryToEnd['report'], now: Date): void {
  const { tryNo } = currentTry(change);
  const reason = lesserCodes.includes(report.code)
    ? [...change.before.history, ...change.lines].find(
        (line) =>
          line.status === 'undelivered' &&
          line.tryNo !== tryNo &&
          line.code &&
          !lesserCodes.includes(line.code),
      )
    : undefined;
  if (!reason) {
    note(change, report, now);
    return;
  }
  addLine(change, report, now, false);
  const { code, networkCode } = reason;
  note(
    change,
    {
      status: 'undelivered',
      at: report.at,
      source: 'desk',
      tryNo: reason.tryNo,
      ...(code && { code }),
      ...(networkCode && { networkCode }),
    },
    now,
  );
}

function hasNext({ after }: Change, now: Date): boolean {
  return after.tries.length < after.route.length && after.expiresAt.getTime() - now.getTime() >= LEAST_TTL_MS;
}

function openNext({ after }: Change, now: Date): void {
  const next = after.route[after.tries.length]!;
  after.tries.push({ ...next, startedAt: now });
  after.communityId = next.communityId;
  after.outbox = { dueAt: now, phase: 'waiting', claimId: null, attempts: 0 };
  after.expiryDueAt = after.expiresAt;
}
