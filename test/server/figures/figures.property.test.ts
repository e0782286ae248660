/**
 * The sums of the reports are what a recount of the threads gives, wherever processes die or stand still, however many
 * count at once, and over a change of the clocks; by the hour, and by the day and the week.
 */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countAgain, countQuestionAgain } from '../../../server/conversations/list/threadMarks.ts';
import { ratingMarks } from '../../../shared/schemas/rating.ts';
import { drafts, type Fate, type Figures, followAll, followOnceAs, openFigures } from './figuresFixture.ts';
import { inSpans, recount, stored, storedSpans } from './recount.ts';

let figures: Figures;
beforeAll(async () => {
  figures = await openFigures();
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const MINUTE_MS = 60_000;
const office = { fromMinute: 9 * 60, toMinute: 18 * 60 };
/** The night from Saturday to Sunday, in which Berlin's clocks are put back. */
const startMs = Date.parse('2026-10-24T14:00Z');

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      thread: fc.nat(2),
      what: fc.constantFrom(
        'reply',
        'reply',
        'answer',
        'administrator',
        'bot',
        'note',
        'resolved',
        'assigned',
      ),
      by: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), thread: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), thread: fc.nat(2) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('tap' as const),
      thread: fc.nat(1),
      question: fc.nat(1),
      mark: fc.constantFrom(...ratingMarks),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recognise' as const), thread: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('echo' as const), thread: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('label' as const), thread: fc.nat(2), on: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('follow' as const) }) },
  // Days and weeks are built before later steps change their hours.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('catchUp' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('die' as const, 'stand' as const),
      write: fc.integer({ min: 1, max: 8 }),
      when: fc.constantFrom('before' as const, 'middle' as const, 'after' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('goOn' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 300 }) }),
  },
);

it('are what a recount gives after any writes, repeats, crashes and stalled processes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) =>
      play(steps, {
        timeZone: 'Europe/Berlin',
        workingDays: Array(7).fill(office),
        holidays: [],
        targets: { firstAnswer: 30, nextAnswer: 10, resolution: 120 },
      }),
    ),
    { numRuns: 5 },
  );
}, 120_000);

// Always open: what was measured by the calendar of an earlier zone stays, and is no matter of days and weeks.
it('are what a recount gives when the company moves to other zones meanwhile', async () => {
  const zone = fc.record({
    do: fc.constant('zone' as const),
    timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 1, arbitrary: zone }, { weight: 9, arbitrary: step }), {
        minLength: 10,
        maxLength: 40,
      }),
      (steps) => play(steps, { timeZone: 'Europe/Berlin', targets: {} }),
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);

type Step = (typeof step extends fc.Arbitrary<infer Each> ? Each : never) | { do: 'zone'; timeZone: string };

async function play(steps: readonly Step[], settings: object): Promise<void> {
  const deps = await figures.openCompany(settings);
  const { companyId } = deps;
  const threads = [
    await figures.openConversation(companyId),
    await figures.openConversation(companyId),
    await figures.openConversation(companyId),
  ];
  const questions: Types.ObjectId[][] = [[], [], []];
  const stalled: { goOn(): void; ended: Promise<unknown> }[] = [];
  let nowMs = startMs;
  let written = 0;
  for (const each of steps) {
    const at = new Date(nowMs);
    switch (each.do) {
      case 'write': {
        const thread = threads[each.thread]!;
        const { what, by } = each;
        if (what === 'reply') await figures.append(thread, drafts.reply(at));
        else if (what === 'answer') await figures.append(thread, drafts.answer(at, by));
        else if (what === 'note') await figures.append(thread, drafts.note(at));
        else if (what === 'administrator' || what === 'bot')
          await figures.append(thread, drafts.written(at, `m${written++}`, what));
        // The third person is assigned and never answers.
        else await figures.append(thread, drafts.line(at, what as 'resolved', what === 'assigned' ? 3 : by));
        break;
      }
      case 'ask': {
        const ratingId = new Types.ObjectId();
        questions[each.thread]!.push(ratingId);
        await figures.append(threads[each.thread]!, drafts.question(at, ratingId));
        break;
      }
      // The network refuses the newest question.
      case 'refuse': {
        const ratingId = questions[each.thread]!.at(-1);
        if (ratingId)
          await figures.thread.amend(
            { conversationId: threads[each.thread]!._id, ratingId },
            { $set: { status: 'failed' } },
            countQuestionAgain,
          );
        break;
      }
      // Also on an older question, and again on one that has a mark.
      case 'tap': {
        const asked = questions[each.thread]!;
        const ratingId = asked[each.question % asked.length];
        if (ratingId) await figures.append(threads[each.thread]!, drafts.mark(at, ratingId, each.mark));
        break;
      }
      case 'recognise':
      case 'echo':
        await amendOldest(threads[each.thread]!._id, each.do);
        break;
      case 'label':
        await figures.conversationStore.change(threads[each.thread]!._id, () => ({
          labels: each.on ? ['возврат'] : [],
        }));
        break;
      case 'follow':
        await followOnceAs(deps, null);
        break;
      case 'catchUp':
        await followAll(deps);
        break;
      case 'die':
        await followOnceAs(deps, each);
        break;
      case 'stand': {
        let goOn = () => {};
        const until = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        const fate: Fate = { write: each.write, when: each.when, until };
        const ended = followOnceAs(deps, fate);
        stalled.push({ goOn, ended });
        // Until it stands still or is through with its step.
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 15))]);
        break;
      }
      case 'goOn':
        await release(stalled);
        break;
      case 'zone':
        await figures.models.companies.updateOne({ _id: companyId }, { timeZone: each.timeZone });
        break;
      case 'pass':
        nowMs += each.minutes * MINUTE_MS;
    }
  }
  await followAll(deps);
  await checkSums(companyId);
  // Processes that stood still all the time come back last, and change nothing any more.
  await release(stalled);
  await followAll(deps);
  await checkSums(companyId);
  expect(await deps.conversations.countDocuments({ companyId, figuresFrom: { $gt: 0 } })).toBe(0);
}

async function checkSums(companyId: Types.ObjectId): Promise<void> {
  const totals = await recount(figures, companyId);
  expect(await stored(figures, companyId)).toEqual(totals);
  expect(await storedSpans(figures, companyId)).toEqual(inSpans(totals));
}

async function release(stalled: { goOn(): void; ended: Promise<unknown> }[]): Promise<void> {
  for (const { goOn, ended } of stalled.splice(0)) {
    goOn();
    await ended;
  }
}

/** An answer that was written in the network turns out to be a service message, or the echo of one of ours. */
async function amendOldest(conversationId: Types.ObjectId, how: 'recognise' | 'echo'): Promise<void> {
  const isPlain = {
    kind: 'answer',
    personId: { $exists: false },
    ratingId: { $exists: false },
    externalId: { $not: /:echo$/ },
  };
  const found = await figures.models.messages
    .findOne({ conversationId, ...isPlain } as never)
    .sort({ seq: 1 });
  if (!found) return;
  await figures.thread.amend(
    { _id: found._id },
    { $set: how === 'recognise' ? { kind: 'service' } : { externalId: `${found.externalId}:echo` } },
    countAgain,
  );
}
