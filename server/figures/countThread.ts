/** Counts a thread from one of its parts on, and says which parts change and what that changes in the sums. */
import type { Model } from 'mongoose';
import { duesOf } from '../../shared/calendar/targets.ts';
import type { Calendar } from '../../shared/calendar/workingTime.ts';
import type { Targets } from '../../shared/schemas/workingTime.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Add, FigureModels, ThreadPart, ThreadState } from './figures.model.ts';
import { emptyState, type MeasuredMessage, measuredFields, measurePart } from './measurePart.ts';

export interface CountDeps extends Pick<FigureModels, 'threadParts'> {
  messages: Model<Message>;
}

export interface WorkingSettings {
  calendar: Calendar;
  timeZone: string;
  targetsOf(communityId: string): Targets;
  /** Equal for equal settings. */
  digest: string;
}

const PART_MESSAGES = 100;

type NewPart = Omit<ThreadPart, 'step'>;

export interface CountedThread {
  parts: NewPart[];
  /** What the parts add now, and, negative, what they had added before. */
  adds: Add[];
  caseWaitedMs: number;
}

export async function countThread(
  deps: CountDeps,
  conversation: Conversation,
  fromSeq: number,
  settings: WorkingSettings,
): Promise<CountedThread> {
  const stored = await readParts(deps, conversation, fromSeq);
  if (conversation.erasedAt) return closeThread(stored, conversation, settings);
  const parts: NewPart[] = [];
  const adds: Add[] = [];
  let { nth, fromSeq: partFrom, start } = firstToCount(stored, conversation);
  for (;;) {
    const known = stored.find((part) => part.nth === nth);
    const messages = await readPart(deps, conversation, partFrom);
    const last = messages.at(-1);
    if (!last && !known) break;
    const isClosed = messages.length === PART_MESSAGES || last?.system?.event === 'resolved';
    const lastSeq = last?.seq ?? partFrom - 1;
    const isLast = lastSeq >= conversation.lastSeq;
    // What a client wrote about is labelled while it is discussed: an earlier part keeps the labels that it had.
    const labels = isLast ? conversation.labels : (known?.labels ?? conversation.labels);
    const services = await readServices(deps, messages);
    const result = measurePart(start, messages, {
      calendar: settings.calendar,
      timeZone: settings.timeZone,
      targets: settings.targetsOf(conversation.communityId.toHexString()),
      labels: [...new Set(labels)],
      measured: known?.measured ?? {},
      serviceOf: (reply) => services.get(reply.answers?.messageId.toHexString() ?? '') ?? null,
    });
    const { late, measured, end } = result;
    parts.push({
      _id: `${conversation._id.toHexString()}.${nth}`,
      companyId: conversation.companyId,
      communityId: conversation.communityId,
      conversationId: conversation._id,
      nth,
      fromSeq: partFrom,
      lastSeq,
      isClosed,
      start,
      end,
      adds: result.adds,
      measured,
      labels: [...labels],
      resolvedAt: last?.system?.event === 'resolved' ? last.createdAt : null,
      late,
      wasLateAt: late.reduce<Date | null>((at, each) => (at && at > each.endedAt ? at : each.endedAt), null),
      ...waitOf(isLast ? end : emptyState, conversation, settings),
    });
    adds.push(...result.adds, ...(known?.adds ?? []).map(negative));
    if (isLast) break;
    nth += 1;
    partFrom = lastSeq + 1;
    start = end;
  }
  return { parts, adds, caseWaitedMs: parts.at(-1)?.end.waitedMs ?? 0 };
}

/** An erased thread keeps what it has added, and waits for nothing. */
function closeThread(
  stored: readonly ThreadPart[],
  conversation: Conversation,
  settings: WorkingSettings,
): CountedThread {
  const last = stored.at(-1);
  if (!last?.waitingSince) return { parts: [], adds: [], caseWaitedMs: 0 };
  const { step: _step, ...part } = last;
  return { parts: [{ ...part, ...waitOf(emptyState, conversation, settings) }], adds: [], caseWaitedMs: 0 };
}

/** When the present wait is too long. */
export function waitOf(
  { waitingSince, isAnswered, waitedMs }: ThreadState,
  { communityId }: Pick<Conversation, 'communityId'>,
  { calendar, targetsOf, digest }: WorkingSettings,
): Pick<ThreadPart, 'waitingSince' | 'dueAt' | 'dueKind' | 'settings'> {
  if (!waitingSince) return { waitingSince: null, dueAt: null, dueKind: null, settings: digest };
  const dues = duesOf(calendar, targetsOf(communityId.toHexString()), {
    sinceMs: waitingSince.getTime(),
    isCaseAnswered: isAnswered,
    waitedMs,
  });
  const [due] = dues.sort((a, b) => a.dueMs - b.dueMs);
  return {
    waitingSince,
    dueAt: due ? new Date(due.dueMs) : null,
    dueKind: due?.kind ?? null,
    settings: digest,
  };
}

/** The parts to count again, in order; the last part of the thread is always among them. */
async function readParts(
  { threadParts }: Pick<FigureModels, 'threadParts'>,
  { _id: conversationId }: Conversation,
  fromSeq: number,
): Promise<ThreadPart[]> {
  const last = await threadParts.findOne({ conversationId }).sort({ nth: -1 }).lean<ThreadPart>();
  if (!last || last.fromSeq <= fromSeq) return last ? [last] : [];
  return threadParts
    .find({ conversationId, lastSeq: { $gte: fromSeq } })
    .sort({ nth: 1 })
    .lean<ThreadPart[]>();
}

function firstToCount(
  stored: readonly ThreadPart[],
  { lastSeq }: Pick<Conversation, 'lastSeq'>,
): Pick<ThreadPart, 'nth' | 'fromSeq' | 'start'> {
  const [first] = stored;
  if (!first) return { nth: 0, fromSeq: 1, start: emptyState };
  // Only new messages after a part that is whole: the next part begins.
  if (stored.length === 1 && first.isClosed && first.lastSeq < lastSeq && !first.waitingSince)
    return { nth: first.nth + 1, fromSeq: first.lastSeq + 1, start: first.end };
  return first;
}

async function readPart(
  { messages }: CountDeps,
  { _id: conversationId, lastSeq }: Conversation,
  fromSeq: number,
): Promise<MeasuredMessage[]> {
  const read = await messages
    .find({ conversationId, seq: { $gte: fromSeq, $lte: lastSeq } }, measuredFields)
    .sort({ seq: 1 })
    .limit(PART_MESSAGES)
    .lean<MeasuredMessage[]>();
  const resolvedAt = read.findIndex(({ system }) => system?.event === 'resolved');
  return resolvedAt < 0 ? read : read.slice(0, resolvedAt + 1);
}

/** The service messages that replies of the part answer. */
async function readServices(
  { messages }: CountDeps,
  part: readonly MeasuredMessage[],
): Promise<Map<string, { template: string; sentAt: Date }>> {
  const answered = part.flatMap(({ answers, seq }) => (answers ? [{ id: answers.messageId, seq }] : []));
  if (answered.length === 0) return new Map();
  const entries = await messages
    .find({ _id: { $in: answered.map(({ id }) => id) } }, { 'service.templateName': 1, sentAt: 1 })
    .lean<Pick<Message, '_id' | 'service' | 'sentAt'>[]>();
  return new Map(
    entries.flatMap(({ _id, service, sentAt }) =>
      service ? [[_id.toHexString(), { template: service.templateName, sentAt }] as const] : [],
    ),
  );
}

function negative(add: Add): Add {
  const counts = Object.fromEntries(Object.entries(add.counts).map(([name, count]) => [name, -count]));
  return { ...add, counts };
}
