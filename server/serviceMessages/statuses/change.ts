/**
 * One message's change, built in memory and written in one atomic update. Each report becomes a line of the history;
 * a report that N1 (statuses only go forward) allows also changes the status. The update fails if the message
 * changed.
 */
import type { Types } from 'mongoose';
import type { EndCode, ServiceMessage, StatusTransition, Try } from '../serviceMessage.model.ts';
import { canTransition } from './statusLine.ts';

export interface Change {
  /** An additional filter of the update, such as a claim. */
  readonly guard: Record<string, unknown>;
  /** The message as it was read. */
  readonly before: ServiceMessage;
  /** The message after the change. Removed fields are undefined: `delete` makes an object three times as large. */
  readonly after: ServiceMessage;
  readonly lines: StatusTransition[];
}

export type StatusReport = Pick<StatusTransition, 'status' | 'at' | 'source' | 'tryNo'> & {
  code?: EndCode | null;
  networkCode?: string | null;
};

/** A network that repeats its reports must not grow a message without limit; applied transitions are always kept. */
const HISTORY_LINES = 100;

export function beginChange(before: ServiceMessage, guard: Change['guard'] = {}): Change {
  return {
    guard,
    before,
    after: { ...before, tries: before.tries.map((each) => ({ ...each })) },
    lines: [],
  };
}

/** Adds the report to the history; true when it changed the status. */
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
  // Nothing is sent any more. Only a message in `sent` may still expire.
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

/** The operation matches nothing if another process changed the message meanwhile. */
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
        // Another process may have started a try in another community.
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
