/**
 * One message's change, gathered in memory and written in one atomic update: what the networks said becomes lines of the
 * history, and those that N1 lets through move the status. The update holds only while the message is as it was read.
 */
import type { Types } from 'mongoose';
import type { EndCode, ServiceMessage, StatusTransition, Try } from './serviceMessage.model.ts';
import { canTransition } from './statusLine.ts';

export interface Change {
  /** What must hold besides for the change to be written, such as a claim. */
  readonly guard: Record<string, unknown>;
  /** As it was read. */
  readonly before: ServiceMessage;
  /** As it will be. What it loses is set to undefined: an object with a field deleted takes three times the memory. */
  readonly after: ServiceMessage;
  readonly lines: StatusTransition[];
}

export type StatusReport = Pick<StatusTransition, 'status' | 'at' | 'source' | 'tryNo'> & {
  code?: EndCode | null;
  networkCode?: string | null;
};

/** A network that repeats itself without end must not grow a message without end; moves are always kept. */
const HISTORY_LINES = 100;

export function beginChange(before: ServiceMessage, guard: Change['guard'] = {}): Change {
  return {
    guard,
    before,
    after: { ...before, tries: before.tries.map((each) => ({ ...each })) },
    lines: [],
  };
}

/** Puts it into the history; true when it moved the status. */
export function note(change: Change, report: StatusReport, now: Date): boolean {
  const { after } = change;
  const { status } = report;
  if (status === 'unknown' || !canTransition(after.status, status)) {
    addLine(change, report, now, false);
    return false;
  }
  after.status = status;
  after.statusAt = report.at;
  after.sequence += 1;
  if (status === 'undelivered' || status === 'expired') after.endCode = report.code ?? null;
  // Nothing more is sent; only what the network merely took may still expire.
  if (status !== 'sent') {
    after.outbox = undefined;
    after.expiryDueAt = undefined;
  }
  addLine(change, report, now, true);
  return true;
}

export function addLine({ after, lines }: Change, report: StatusReport, now: Date, isApplied: boolean): void {
  const { status, at, source, tryNo, code, networkCode } = report;
  lines.push({
    status,
    at,
    takenAt: now,
    source,
    network: tryNo === null ? null : (after.tries[tryNo]?.network ?? null),
    tryNo,
    isApplied,
    ...(isApplied ? { sequence: after.sequence } : {}),
    ...(code ? { code } : {}),
    ...(networkCode ? { networkCode } : {}),
  });
}

export function currentTry({ after }: Change): { tryNo: number; current: Try } {
  return currentTryOf(after);
}

export function currentTryOf({ tries }: Pick<ServiceMessage, 'tries'>): { tryNo: number; current: Try } {
  const tryNo = tries.length - 1;
  return { tryNo, current: tries[tryNo]! };
}

/** A message that another process moved meanwhile leaves the operation without a match. */
export function toOperation({ guard, before, after, lines }: Change, changeId: Types.ObjectId) {
  const kept = lines.filter(({ isApplied }) => isApplied || before.history.length < HISTORY_LINES);
  const set: Record<string, unknown> = { changeId };
  const unset: Record<string, ''> = {};
  for (const field of ['status', 'statusAt', 'sequence', 'endCode', 'communityId', 'tries'] as const)
    if (!isSame(before[field], after[field])) set[field] = after[field];
  for (const field of ['outbox', 'expiryDueAt'] as const) {
    if (isSame(before[field], after[field])) continue;
    if (after[field] === undefined) unset[field] = '';
    else set[field] = after[field];
  }
  return {
    updateOne: {
      filter: {
        _id: before._id,
        sequence: before.sequence,
        // A try that was opened meanwhile makes another one the current.
        communityId: before.communityId,
        ...guard,
      },
      update: {
        $set: set,
        ...(Object.keys(unset).length > 0 && { $unset: unset }),
        ...(kept.length > 0 && { $push: { history: { $each: kept } } }),
      },
    },
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
