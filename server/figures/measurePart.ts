/**
 * What some messages of a thread add to the figures, as a pure function. An answer is a person's: service messages, notes,
 * system lines and a network's own bot are nobody's answer.
 */
import { duesOf, type TargetKind } from '../../shared/calendar/targets.ts';
import type { Calendar } from '../../shared/calendar/workingTime.ts';
import { startOfHour } from '../../shared/calendar/zonedTime.ts';
import type { Targets } from '../../shared/schemas/workingTime.ts';
import { isPersonsAnswer } from '../conversations/list/foldMessage.ts';
import type { Message } from '../conversations/message.model.ts';
import { answersBinOf } from './answersBins.ts';
import type { Add, AskedMark, Counts, LateAnswer, Subject, ThreadState } from './figures.model.ts';
import { binOf } from './histogram.ts';

/** The fields of a message that the figures read. */
export const measuredFields = {
  seq: 1,
  kind: 1,
  personId: 1,
  externalId: 1,
  ratingId: 1,
  authorExternalId: 1,
  sentAt: 1,
  createdAt: 1,
  'system.event': 1,
  'system.personId': 1,
  'system.ratingId': 1,
  'system.mark': 1,
  status: 1,
  'answers.messageId': 1,
} as const;
export type MeasuredMessage = Pick<
  Message,
  | 'seq'
  | 'kind'
  | 'personId'
  | 'externalId'
  | 'ratingId'
  | 'authorExternalId'
  | 'sentAt'
  | 'createdAt'
  | 'status'
  | 'system'
  | 'answers'
>;

export interface MeasureContext {
  calendar: Calendar;
  targets: Targets;
  timeZone: string;
  labels: readonly string[];
  /** Results of an earlier reading: they stay, whatever the calendar and the targets are now. */
  measured: Readonly<Counts>;
  /** The service message of an entry that a reply answers; null when it is not known any more. */
  serviceOf(reply: MeasuredMessage): { template: string; sentAt: Date } | null;
}

export interface Measured {
  end: ThreadState;
  adds: Add[];
  measured: Counts;
  late: LateAnswer[];
}

export const emptyState: ThreadState = {
  caseSince: null,
  isAnswered: false,
  waitingSince: null,
  waitedMs: 0,
  messages: 0,
  hasResolved: false,
  resolvedBy: null,
  answeredEntries: [],
};

const ENTRIES_KEPT = 20;
/** One a week at most: a tap on a question that is older than these is counted nowhere. */
const QUESTIONS_KEPT = 20;

const MINUTE_MS = 60_000;

export function measurePart(
  start: ThreadState,
  messages: readonly MeasuredMessage[],
  context: MeasureContext,
): Measured {
  const { calendar, targets, labels } = context;
  const state = { ...start };
  const measured: Counts = {};
  const late: LateAnswer[] = [];
  const sums = createSums(context.timeZone);

  /** The first result of a question about one place, or about the time since then, kept for later readings. */
  function once(seq: number, name: string, since: Date | null, compute: () => number): number {
    const key = `${seq}:${name}:${since?.getTime() ?? ''}`;
    const value = context.measured[key] ?? compute();
    measured[key] = value;
    return value;
  }

  function add(at: Date, counts: Counts, person: string | null = null): void {
    sums.add(at, 'all', '', counts);
    if (person) sums.add(at, 'person', person, counts);
    for (const label of labels) sums.add(at, 'label', label, counts);
  }

  /** Counts a target that was missed, with the target that stood when it was. */
  function checkTarget(
    kind: TargetKind,
    { seq, at, person }: { seq: number; at: Date; person: string | null },
    since: Date,
    isMissed: (dueMs: number) => boolean,
  ): void {
    const dueMs = once(seq, `${kind}Due`, since, () => dueOf(kind, since) ?? -1);
    if (dueMs < 0 || !isMissed(dueMs)) return;
    late.push({ kind, seq, since, dueAt: new Date(dueMs), endedAt: at, personId: person });
    add(at, { [`${kind}Late`]: 1 }, person);
  }

  const dueOf = (kind: TargetKind, since: Date) =>
    duesOf(calendar, targets, {
      sinceMs: since.getTime(),
      isCaseAnswered: kind !== 'firstAnswer',
      waitedMs: state.waitedMs,
    }).find((due) => due.kind === kind)?.dueMs;

  const workingMs = (from: Date, to: Date) => calendar.workingMs(from.getTime(), to.getTime());

  function endWait(seq: number, at: Date): void {
    const since = state.waitingSince;
    if (!since) return;
    state.waitedMs += once(seq, 'wait', since, () => workingMs(since, at));
    state.waitingSince = null;
  }

  function onReply(message: MeasuredMessage): void {
    const at = timeOf(message);
    const counts: Counts = { replies: 1 };
    if (!state.caseSince) {
      counts.cases = 1;
      Object.assign(state, { caseSince: at, isAnswered: false, waitedMs: 0, messages: 0 });
      if (state.hasResolved) {
        add(at, { reopened: 1 }, state.resolvedBy);
        state.hasResolved = false;
      }
    }
    if (!state.waitingSince) {
      state.waitingSince = at;
      counts.waits = 1;
      if (once(message.seq, 'outside', null, () => (calendar.isWorking(at.getTime()) ? 0 : 1)) === 1)
        counts.waitsOutside = 1;
    }
    state.messages += 1;
    add(at, counts);
    const entryId = message.answers?.messageId.toHexString();
    if (!entryId || state.answeredEntries.includes(entryId)) return;
    const service = context.serviceOf(message);
    if (!service) return;
    state.answeredEntries = [...state.answeredEntries, entryId].slice(-ENTRIES_KEPT);
    sums.add(service.sentAt, 'all', '', { serviceAnswered: 1 });
    sums.add(service.sentAt, 'template', service.template, { serviceAnswered: 1 });
  }

  function onAnswer(message: MeasuredMessage): void {
    const { seq } = message;
    const at = timeOf(message);
    // An echo of an answer of ours that was stored before the network had named it: the answer itself counts.
    if (message.externalId?.endsWith(':echo')) return;
    if (once(seq, 'bot', null, () => (isPersonsAnswer(message) ? 0 : 1)) === 1) {
      endWait(seq, at);
      return;
    }
    const person = message.personId?.toHexString() ?? null;
    const counts: Counts = { answers: 1 };
    const { caseSince, waitingSince } = state;
    if (caseSince && !state.isAnswered) {
      const ms = once(seq, 'first', caseSince, () => workingMs(caseSince, at));
      counts[`first:${binOf(ms)}`] = 1;
      counts.firstAnswers = 1;
      counts.firstMs = ms;
      checkTarget('firstAnswer', { seq, at, person }, caseSince, (dueMs) => at.getTime() > dueMs);
    } else if (waitingSince)
      checkTarget('nextAnswer', { seq, at, person }, waitingSince, (dueMs) => at.getTime() > dueMs);
    endWait(seq, at);
    if (caseSince) {
      state.isAnswered = true;
      state.messages += 1;
    }
    add(at, counts, person);
    // For the wall, which shows who answered in the last hour.
    if (person)
      sums.add(at, 'person', person, { [answersBinOf(startOfHour(context.timeZone, at.getTime()), at)]: 1 });
  }

  function onResolved(message: MeasuredMessage): void {
    const { seq } = message;
    const at = timeOf(message);
    const person = message.system?.personId?.toHexString() ?? null;
    const { caseSince } = state;
    const counts: Counts = { resolved: 1 };
    endWait(seq, at);
    if (caseSince) {
      const ms = once(seq, 'resolution', caseSince, () => workingMs(caseSince, at));
      counts[`resolution:${binOf(ms)}`] = 1;
      counts.resolutions = 1;
      counts.resolutionMs = ms;
      counts.resolutionMessages = state.messages;
      const { waitedMs } = state;
      const most = once(seq, 'resolutionMost', null, () =>
        targets.resolution === null ? -1 : targets.resolution * MINUTE_MS,
      );
      if (most >= 0 && waitedMs > most) {
        late.push({ kind: 'resolution', seq, since: caseSince, dueAt: at, endedAt: at, personId: person });
        counts.resolutionLate = 1;
      }
    }
    add(at, counts, person);
    const { answeredEntries, askedMarks } = state;
    Object.assign(state, emptyState, {
      hasResolved: true,
      resolvedBy: person,
      resolvedLabels: [...labels],
      answeredEntries,
      askedMarks,
    });
  }

  /** By the labels of the resolution: those of the thread may have changed when the client taps. */
  function addMarks({ at, person, labels: ofCase = [] }: AskedMark, counts: Counts): void {
    sums.add(at, 'all', '', counts);
    if (person) sums.add(at, 'person', person, counts);
    for (const label of ofCase) sums.add(at, 'label', label, counts);
  }

  function onQuestion({ status, createdAt }: MeasuredMessage, ratingId: string): void {
    const isAsked = status !== 'failed' && status !== 'stored';
    const asked: AskedMark = {
      ratingId,
      at: createdAt,
      person: state.resolvedBy,
      labels: state.resolvedLabels ?? [],
      isAsked,
      mark: null,
    };
    state.askedMarks = [...(state.askedMarks ?? []), asked].slice(-QUESTIONS_KEPT);
    if (isAsked) addMarks(asked, { asked: 1 });
  }

  function onMark({ system }: MeasuredMessage): void {
    const ratingId = system?.ratingId?.toHexString();
    const asked = state.askedMarks?.find((each) => each.ratingId === ratingId);
    const mark = system?.mark;
    if (!asked || mark === undefined) return;
    addMarks(asked, {
      ...(asked.isAsked ? {} : { asked: 1 }),
      ...(asked.mark === null ? { rated: 1 } : { [`mark:${asked.mark}`]: -1 }),
    });
    addMarks(asked, { [`mark:${mark}`]: 1 });
    state.askedMarks = state.askedMarks?.map((each) =>
      each === asked ? { ...asked, isAsked: true, mark } : each,
    );
  }

  for (const message of messages) {
    if (message.kind === 'reply') onReply(message);
    // The question for a mark is nobody's answer.
    else if (message.kind === 'answer' && message.ratingId)
      onQuestion(message, message.ratingId.toHexString());
    else if (message.kind === 'answer') onAnswer(message);
    else if (message.system?.event === 'resolved') onResolved(message);
    else if (message.system?.event === 'rated') onMark(message);
  }
  return { end: state, adds: sums.read(), measured, late };
}

/**
 * When it happened: by our own clock for what was written here, because the network's number of an answer may come with
 * the network's time later.
 */
function timeOf({ kind, personId, sentAt, createdAt }: MeasuredMessage): Date {
  return kind === 'reply' || (kind === 'answer' && !personId) ? sentAt : createdAt;
}

function createSums(timeZone: string) {
  const byKey = new Map<string, Add>();
  return {
    add(at: Date, subject: Subject, key: string, counts: Counts): void {
      const hourMs = startOfHour(timeZone, at.getTime());
      const id = `${hourMs} ${subject} ${key}`;
      const sum: Add = byKey.get(id) ?? { hour: new Date(hourMs), subject, key, counts: {} };
      byKey.set(id, sum);
      for (const [name, count] of Object.entries(counts)) sum.counts[name] = (sum.counts[name] ?? 0) + count;
    },
    read: () => [...byKey.values()],
  };
}
