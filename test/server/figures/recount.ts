/** Counts threads from their messages alone, in the plainest way: what the sums must be. */
import type { Types } from 'mongoose';
import type { Company } from '../../../server/companies/company.model.ts';
import { calendarSettingsOf } from '../../../server/companies/workingTime.ts';
import type { Message } from '../../../server/conversations/message.model.ts';
import { binOf } from '../../../server/figures/histogram.ts';
import { createCalendar } from '../../../shared/calendar/workingTime.ts';
import type { Figures } from './figuresFixture.ts';

/** By the local hour, what is counted by, and the name of the count. */
export type Totals = Record<string, number>;

/** A local hour, told apart from the same hour after the clocks were put back. */
function hourOf(at: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')!.value;
  return `${format.format(at).slice(0, 13)} ${offset}`;
}

/** The name of the count of answers in five minutes of an hour, by the clocks. */
function fiveMinutesOf(at: Date, timeZone: string): string {
  const minute = new Intl.DateTimeFormat('sv', { timeZone, timeStyle: 'short' }).format(at).slice(3);
  return `answers:${Math.floor(Number(minute) / 5)}`;
}

export async function recount({ models }: Figures, companyId: Types.ObjectId): Promise<Totals> {
  const company = await models.companies.findById(companyId).orFail().lean<Company>();
  const settings = calendarSettingsOf(company);
  const calendar = createCalendar(settings);
  const totals: Totals = {};
  const addTo = (at: Date, communityId: Types.ObjectId, subject: string, names: Totals) => {
    for (const [name, count] of Object.entries(names)) {
      const key = `${communityId} ${hourOf(at, settings.timeZone)} ${subject} ${name}`;
      totals[key] = (totals[key] ?? 0) + count;
    }
  };
  const add = (at: Date, communityId: Types.ObjectId, names: Totals, people: (string | null)[]) => {
    for (const subject of ['all', ...people.flatMap((id) => (id ? [`person ${id}`] : []))])
      addTo(at, communityId, subject, names);
  };
  for (const { _id, communityId } of await models.conversations.find({ companyId }).lean()) {
    const thread = await models.messages.find({ conversationId: _id }).sort({ seq: 1 }).lean<Message[]>();
    const isEcho = ({ externalId }: Message) => externalId?.endsWith(':echo') ?? false;
    const isBot = ({ kind, authorExternalId }: Message) => kind === 'answer' && authorExternalId?.[0] === '-';
    const isAnswer = (message: Message) => message.kind === 'answer' && !message.ratingId && !isBot(message);
    const timeOf = (message: Message) =>
      message.kind === 'reply' || (message.kind === 'answer' && !message.personId)
        ? message.sentAt
        : message.createdAt;
    const isResolved = (message: Message) => message.system?.event === 'resolved';
    for (const [at, message] of thread.entries()) {
      const when = timeOf(message);
      // The messages of its case before it: after the last resolution.
      const from = thread.slice(0, at).findLastIndex(isResolved) + 1;
      const before = thread.slice(from, at).filter((each) => !isEcho(each));
      const replies = before.filter(({ kind }) => kind === 'reply');
      const [first] = replies;
      const answers = first ? before.slice(before.indexOf(first)).filter(isAnswer) : [];
      const person = message.personId?.toHexString() ?? null;
      if (message.kind === 'answer' && message.ratingId) {
        const by = thread.slice(0, at).findLast(isResolved)?.system?.personId?.toHexString() ?? null;
        const mark = thread.slice(at).findLast(({ system }) => system?.ratingId?.equals(message.ratingId!))
          ?.system?.mark;
        if (mark) add(message.createdAt, communityId, { asked: 1, rated: 1, [`mark:${mark}`]: 1 }, [by]);
        else if (message.status !== 'failed') add(message.createdAt, communityId, { asked: 1 }, [by]);
        continue;
      }
      if (message.kind === 'reply') {
        add(when, communityId, { replies: 1 }, []);
        if (!first) add(when, communityId, { cases: 1 }, []);
        const resolution = thread[from - 1];
        if (!first && resolution)
          add(when, communityId, { reopened: 1 }, [resolution.system!.personId!.toHexString()]);
        const lastTurn = before.findLast(
          ({ kind, ratingId }) => kind === 'reply' || (kind === 'answer' && !ratingId),
        );
        if (lastTurn?.kind !== 'reply') {
          add(when, communityId, { waits: 1 }, []);
          if (!calendar.isWorking(when.getTime())) add(when, communityId, { waitsOutside: 1 }, []);
        }
      }
      if (isAnswer(message) && !isEcho(message)) {
        add(when, communityId, { answers: 1 }, [person]);
        if (person)
          addTo(when, communityId, `person ${person}`, { [fiveMinutesOf(when, settings.timeZone)]: 1 });
        if (first && answers.length === 0) {
          const ms = calendar.workingMs(timeOf(first).getTime(), when.getTime());
          add(when, communityId, { firstAnswers: 1, firstMs: ms, [`first:${binOf(ms)}`]: 1 }, [person]);
        }
      }
      if (isResolved(message)) {
        const by = message.system!.personId!.toHexString();
        add(when, communityId, { resolved: 1 }, [by]);
        if (!first) continue;
        const ms = calendar.workingMs(timeOf(first).getTime(), when.getTime());
        const counts = { resolutions: 1, resolutionMs: ms, [`resolution:${binOf(ms)}`]: 1 };
        add(when, communityId, { ...counts, resolutionMessages: replies.length + answers.length }, [by]);
      }
    }
  }
  return withoutZeros(totals);
}

/** What the sums say, in the same words; missed targets have tests of their own. */
export async function stored({ models }: Figures, companyId: Types.ObjectId): Promise<Totals> {
  const company = await models.companies.findById(companyId).orFail().lean<Company>();
  const { timeZone } = calendarSettingsOf(company);
  const totals: Totals = {};
  for (const row of await models.figureHours.find({ companyId, subject: { $in: ['all', 'person'] } }).lean())
    for (const [name, count] of Object.entries(row.counts))
      if (!name.endsWith('Late')) {
        const subject = row.subject === 'all' ? 'all' : `person ${row.key}`;
        const key = `${row.communityId} ${hourOf(row.hour, timeZone)} ${subject} ${name}`;
        totals[key] = (totals[key] ?? 0) + count;
      }
  return withoutZeros(totals);
}

/** The recount by days and weeks, with the places in the week and in the days that reports show. */
export function inSpans(totals: Totals): Totals {
  const spans: Totals = {};
  for (const [key, count] of Object.entries(totals)) {
    const [, community, date, hour, subject, name] = /^(\w+) (\S+) (\d\d) \S+ (.+) (\S+)$/.exec(key) ?? [];
    if (name!.startsWith('answers:')) continue;
    const weekday = (new Date(date!).getUTCDay() + 6) % 7;
    const monday = new Date(Date.parse(date!) - weekday * 86_400_000).toISOString().slice(0, 10);
    const names = [name!];
    if (name === (subject === 'all' ? 'replies' : 'answers'))
      names.push(`places week:${weekday * 24 + Number(hour)}`);
    if (['replies', 'answers', 'resolved'].includes(name!)) names.push(`places ${name}:${date}`);
    for (const span of [`day:${date}`, `week:${monday}`])
      for (const each of names) {
        const of = `${community} ${span} ${subject} ${each}`;
        spans[of] = (spans[of] ?? 0) + count;
      }
  }
  return withoutZeros(spans);
}

/** What the days and weeks say, in the same words. */
export async function storedSpans({ models }: Figures, companyId: Types.ObjectId): Promise<Totals> {
  const company = await models.companies.findById(companyId).orFail().lean<Company>();
  const { timeZone } = calendarSettingsOf(company);
  const totals: Totals = {};
  const rows = await models.figureSpans
    .find({ companyId, timeZone, subject: { $in: ['all', 'person'] } })
    .lean();
  for (const { communityId, span, subject, key, counts, places } of rows) {
    const of = `${communityId} ${span} ${subject === 'all' ? 'all' : `person ${key}`}`;
    for (const [name, count] of Object.entries(counts))
      if (!name.endsWith('Late')) totals[`${of} ${name}`] = count;
    for (const [name, count] of Object.entries(places)) totals[`${of} places ${name}`] = count;
  }
  return withoutZeros(totals);
}

function withoutZeros(totals: Totals): Totals {
  return Object.fromEntries(Object.entries(totals).filter(([, count]) => count !== 0));
}
