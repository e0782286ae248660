/**
 * N24: a try that ended without reaching the client gives way to the next network of the route while there is time, and
 * a unit of that community's quota; where there is neither, the message ends.
 */
import { addLine, type Change, currentTry, note, type StatusReport } from './change.ts';
import type { QuotaKeeper } from './quota.ts';
import type { EndCode } from './serviceMessage.model.ts';
import { isUndecided } from './statusLine.ts';
import { unitsOf } from './units.ts';

export interface TryToEnd {
  change: Change;
  /** Why it ended. */
  said: StatusReport & { status: 'undelivered' };
  /** Nothing was handed to the network. */
  isSkipped: boolean;
}

/** Less than this cannot be told to a network. */
const LEAST_TTL_MS = 1_000;

/** Changes the messages in memory, all at once, so that a list of strangers costs one look at the quota. */
export async function endTries(quota: QuotaKeeper, ended: TryToEnd[], now: Date): Promise<void> {
  let open = ended;
  while (open.length > 0) {
    const goingOn: Change[] = [];
    for (const { change, said: report, isSkipped } of open) {
      if (isSkipped) currentTry(change).current.isSkipped = true;
      // Another report of the same batch says that the client has it.
      if (!isUndecided(change.after.status)) {
        addLine(change, report, now, false);
        continue;
      }
      if (!hasNext(change, now)) {
        endAll(change, report, now);
        continue;
      }
      // The end of one try is not the message's: it is kept, and moves nothing.
      addLine(change, report, now, false);
      openNext(change, now);
      goingOn.push(change);
    }
    const limited = goingOn.filter(({ after }) => !after.isQuotaFree);
    const answers = await quota.reserve(limited.map(({ after }) => unitsOf(after).at(-1)!));
    open = limited
      .filter((_, at) => answers[at]!.kind === 'spent')
      .map((change) => ({
        change,
        isSkipped: true,
        said: {
          status: 'undelivered',
          at: now,
          source: 'desk',
          tryNo: currentTry(change).tryNo,
          code: 'quotaSpent',
        },
      }));
  }
}

/** That the client is not in the last network is no reason beside why one that they are in did not reach them (N23). */
const lesserCodes: readonly unknown[] = ['phoneUnknown', 'notInNetwork', 'userIdUnknown'] satisfies EndCode[];

function endAll(change: Change, report: TryToEnd['said'], now: Date): void {
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
