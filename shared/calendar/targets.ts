/**
 * When an answer is due, as pure functions. A case begins with the client's first reply and ends when the conversation
 * is resolved; the reply after that begins the next case. Targets count working time, and only while the client waits.
 */
import type { Targets } from '../schemas/workingTime.ts';
import type { Calendar } from './workingTime.ts';

const MINUTE_MS = 60_000;
/** The last part of a target, in which it is shown as nearly late. */
const SOON_SHARE = 0.25;

export type TargetKind = keyof Targets;

/** A client who waits. */
export interface Wait {
  sinceMs: number;
  /** Whether this case has had an answer: if not, only the target of the first answer counts. */
  isCaseAnswered: boolean;
  /** How long the client has waited in this case before, in working time. */
  waitedMs: number;
}

export interface Due {
  kind: TargetKind;
  dueMs: number;
}

/** Every target of the wait. The target of the next answer never stands beside that of the first. */
export function duesOf(calendar: Calendar, targets: Targets, wait: Wait): Due[] {
  const { sinceMs, isCaseAnswered, waitedMs } = wait;
  const answer = isCaseAnswered ? 'nextAnswer' : 'firstAnswer';
  return ([answer, 'resolution'] as const).flatMap((kind) => {
    const minutes = targets[kind];
    if (minutes === null) return [];
    const spentMs = kind === 'resolution' ? waitedMs : 0;
    const dueMs = calendar.after(sinceMs, Math.max(0, minutes * MINUTE_MS - spentMs));
    return dueMs === null ? [] : [{ kind, dueMs }];
  });
}

export interface ShownDue extends Due {
  state: 'fine' | 'soon' | 'late';
  /** Working time until then, or since then when it is late. */
  leftMs: number;
}

/** The target that is due first. */
export function shownDue(calendar: Calendar, targets: Targets, wait: Wait, nowMs: number): ShownDue | null {
  const [first] = duesOf(calendar, targets, wait).sort((a, b) => a.dueMs - b.dueMs);
  if (!first) return null;
  if (first.dueMs <= nowMs)
    return { ...first, state: 'late', leftMs: calendar.workingMs(first.dueMs, nowMs) };
  const leftMs = calendar.workingMs(nowMs, first.dueMs);
  const isSoon = leftMs <= (targets[first.kind] ?? 0) * MINUTE_MS * SOON_SHARE;
  return { ...first, state: isSoon ? 'soon' : 'fine', leftMs };
}
