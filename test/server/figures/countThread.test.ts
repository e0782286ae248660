import type { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../server/conversations/conversation.model.ts';
import type { FigureHour } from '../../../server/figures/figures.model.ts';
import { binOf } from '../../../server/figures/histogram.ts';
import { drafts, type Figures, followAll, openFigures, person } from './figuresFixture.ts';

let figures: Figures;
beforeAll(async () => {
  figures = await openFigures();
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const office = { fromMinute: 9 * 60, toMinute: 18 * 60 };
const settings = {
  timeZone: 'UTC',
  workingDays: [office, office, office, office, office, null, null],
  holidays: [],
  targets: { firstAnswer: 30, nextAnswer: 10, resolution: 60 },
};
// 25 November 2026 is a Wednesday.
const at = (clock: string, day = 25) => new Date(`2026-11-${day}T${clock}:00Z`);

async function open(change: object = {}) {
  const deps = await figures.openCompany({ ...settings, ...change });
  const conversation = await figures.openConversation(deps.companyId);
  const read = () => figures.models.conversations.findById(conversation._id).orFail().lean<Conversation>();
  const part = () =>
    figures.models.threadParts
      .findOne({ conversationId: conversation._id })
      .sort({ nth: -1 })
      .orFail()
      .lean();
  return { deps, conversation, read, part };
}

async function sum(companyId: Types.ObjectId, subject: FigureHour['subject'], key = '') {
  const counts: Record<string, number> = {};
  for (const row of await figures.models.figureHours.find({ companyId, subject, key }).lean())
    for (const [name, count] of Object.entries(row.counts))
      if (count !== 0) counts[name] = (counts[name] ?? 0) + count;
  return counts;
}

describe('the figures of a thread', () => {
  it('time the first answer of a reopened conversation from the client’s first reply after it', async () => {
    const { deps, conversation } = await open();
    await figures.append(conversation, drafts.reply(at('10:00')));
    await figures.append(conversation, drafts.answer(at('10:05'), 1));
    await figures.append(conversation, drafts.line(at('10:06'), 'resolved', 1));
    await figures.append(conversation, drafts.line(at('11:00'), 'reopened', 1));
    await figures.append(conversation, drafts.reply(at('12:00')));
    await figures.append(conversation, drafts.reply(at('12:20')));
    await figures.append(conversation, drafts.answer(at('12:25'), 2));
    await followAll(deps);
    expect(await sum(deps.companyId, 'person', person(2).toHexString())).toMatchObject({
      firstAnswers: 1,
      firstMs: 25 * 60_000,
    });
    // The reopening is counted with the person who had resolved it.
    expect(await sum(deps.companyId, 'person', person(1).toHexString())).toMatchObject({ reopened: 1 });
  });

  it('count nobody’s answers as nobody’s, and a person who only was assigned not at all', async () => {
    const { deps, conversation } = await open();
    await figures.append(conversation, drafts.reply(at('10:00')));
    await figures.append(conversation, drafts.line(at('10:01'), 'assigned', 3));
    await figures.append(conversation, drafts.note(at('10:02')));
    await figures.append(conversation, drafts.service(at('10:03')));
    await figures.append(conversation, drafts.written(at('10:04'), 'bot', 'bot'));
    await followAll(deps);
    expect(await sum(deps.companyId, 'all')).toEqual({ replies: 1, cases: 1, waits: 1 });
    await figures.append(conversation, drafts.answer(at('10:20'), 1));
    await followAll(deps);
    expect(await sum(deps.companyId, 'all')).toMatchObject({ answers: 1, firstMs: 20 * 60_000 });
    expect(await sum(deps.companyId, 'person', person(3).toHexString())).toEqual({});
  });

  it('are never negative, and count what waits outside the hours', async () => {
    const { deps, conversation } = await open();
    await figures.append(conversation, drafts.reply(at('20:00')));
    await figures.append(conversation, drafts.answer(at('21:00'), 1));
    // A clock that was set back.
    await figures.append(conversation, drafts.line(at('20:30'), 'resolved', 1));
    await followAll(deps);
    expect(await sum(deps.companyId, 'all')).toMatchObject({
      waitsOutside: 1,
      'first:0': 1,
      'resolution:0': 1,
      resolutionMessages: 2,
    });
  });

  it('move with the labels of the thread’s present part', async () => {
    const { deps, conversation } = await open();
    await figures.append(conversation, drafts.reply(at('10:00')));
    await followAll(deps);
    const label = (labels: string[]) =>
      figures.conversationStore.change(conversation._id, () => ({ labels }));
    await label(['возврат']);
    await followAll(deps);
    expect(await sum(deps.companyId, 'label', 'возврат')).toEqual({ replies: 1, cases: 1, waits: 1 });
    await label(['доставка']);
    await followAll(deps);
    expect(await sum(deps.companyId, 'label', 'возврат')).toEqual({});
    expect(await sum(deps.companyId, 'label', 'доставка')).toEqual({ replies: 1, cases: 1, waits: 1 });
  });

  it('count a mark under the labels that its case was resolved with', async () => {
    const { deps, conversation } = await open();
    const label = (labels: string[]) =>
      figures.conversationStore.change(conversation._id, () => ({ labels }));
    await figures.append(conversation, drafts.reply(at('10:00')));
    await label(['возврат', 'срочно']);
    const { _id } = await figures.append(conversation, drafts.line(at('10:10'), 'resolved', 1));
    await followAll(deps);
    await figures.append(conversation, drafts.question(at('10:11'), _id));
    await label(['доставка']);
    await followAll(deps);
    await figures.append(conversation, drafts.mark(at('12:00'), _id, 2));
    await followAll(deps);
    await figures.append(conversation, drafts.mark(at('12:01'), _id, 5));
    await followAll(deps);
    for (const key of ['возврат', 'срочно'])
      expect(await sum(deps.companyId, 'label', key)).toEqual({
        replies: 1,
        cases: 1,
        waits: 1,
        resolved: 1,
        resolutions: 1,
        resolutionMs: 10 * 60_000,
        [`resolution:${binOf(10 * 60_000)}`]: 1,
        resolutionMessages: 1,
        asked: 1,
        rated: 1,
        'mark:5': 1,
      });
    expect(await sum(deps.companyId, 'label', 'доставка')).toEqual({});
  });

  it('count a service message as answered once, in the hour in which it was sent', async () => {
    const { deps, conversation } = await open();
    const entry = await figures.append(conversation, drafts.service(at('08:15')));
    const answers = { messageId: entry._id, by: 'button' } as never;
    await figures.append(conversation, { ...drafts.reply(at('10:00')), answers });
    await figures.append(conversation, { ...drafts.reply(at('11:00')), answers });
    await followAll(deps);
    const rows = await figures.models.figureHours
      .find({ companyId: deps.companyId, subject: 'template' })
      .lean();
    expect(rows.map(({ hour, key, counts }) => [hour, key, counts])).toEqual([
      [at('08:00'), 'orderReady', { serviceAnswered: 1 }],
    ]);
  });

  it('go on past a hundred messages, and count threads of before the figures', async () => {
    const { deps, conversation } = await open();
    for (let minute = 0; minute < 103; minute += 1)
      await figures.append(conversation, drafts.reply(new Date(at('09:00').getTime() + minute * 60_000)));
    await figures.models.conversations.updateMany({}, { $unset: { figuresFrom: '' } });
    await followAll(deps);
    expect(await sum(deps.companyId, 'all')).toEqual({ replies: 103, cases: 1, waits: 1 });
    const waiting = await figures.models.threadParts
      .find({ conversationId: conversation._id, waitingSince: { $gt: new Date(0) } })
      .lean();
    expect(waiting).toMatchObject([{ nth: 1, waitingSince: at('09:00'), dueAt: at('09:30') }]);
  });
});

it('a thread that cannot be read keeps no other from being counted, and is tried again with its next message', async () => {
  const { deps, conversation, read } = await open();
  const other = await figures.openConversation(deps.companyId);
  const broken = await figures.append(conversation, drafts.reply(at('10:00')));
  await figures.append(other, drafts.reply(at('10:00')));
  const damage = (sentAt: unknown) =>
    figures.models.messages.collection.updateOne({ _id: broken._id }, { $set: { sentAt } } as never);
  await damage('soon');
  await followAll(deps);
  expect(await sum(deps.companyId, 'all')).toMatchObject({ replies: 1 });
  expect((await read()).figuresFrom).toBeUndefined();

  await damage(at('10:00'));
  await figures.append(conversation, drafts.reply(at('10:10')));
  await followAll(deps);
  expect(await sum(deps.companyId, 'all')).toMatchObject({ replies: 3 });
});

describe('targets', () => {
  it('are late in the list from their minute on, and counted with the person who answered too late', async () => {
    const { deps, conversation, part } = await open();
    await figures.append(conversation, drafts.reply(at('17:50')));
    await followAll(deps);
    // Ten minutes on Wednesday, twenty on Thursday.
    expect(await part()).toMatchObject({ dueAt: at('09:20', 26), dueKind: 'firstAnswer' });
    await figures.append(conversation, drafts.answer(at('09:25', 26), 1));
    await followAll(deps);
    expect(await part()).toMatchObject({
      dueAt: null,
      wasLateAt: at('09:25', 26),
      late: [{ kind: 'firstAnswer', dueAt: at('09:20', 26), personId: person(1).toHexString() }],
    });
    expect(await sum(deps.companyId, 'person', person(1).toHexString())).toMatchObject({
      firstAnswerLate: 1,
    });
  });

  it('move what is open when they or the calendar change, and leave what is over', async () => {
    const { deps, conversation, part } = await open();
    await figures.append(conversation, drafts.reply(at('10:00')));
    await figures.append(conversation, drafts.answer(at('10:20'), 1));
    await figures.append(conversation, drafts.reply(at('11:00')));
    await followAll(deps);
    const before = await sum(deps.companyId, 'all');
    expect(await part()).toMatchObject({ dueAt: at('11:10'), dueKind: 'nextAnswer' });
    await deps.companies.updateOne(
      { _id: deps.companyId },
      { $set: { targets: { firstAnswer: 1, nextAnswer: 40, resolution: null }, holidays: ['2026-11-25'] } },
    );
    await followAll(deps);
    expect(await part()).toMatchObject({ dueAt: at('09:40', 26) });
    // Also when the thread is read again.
    await figures.append(conversation, drafts.note(at('11:01')));
    await followAll(deps);
    expect(await sum(deps.companyId, 'all')).toEqual(before);
  });

  it('of the resolution count all waits of the case, and nothing while the client does not wait', async () => {
    const { deps, conversation, part, read } = await open({
      targets: { firstAnswer: null, nextAnswer: null, resolution: 60 },
    });
    await figures.append(conversation, drafts.reply(at('10:00')));
    await figures.append(conversation, drafts.answer(at('10:50'), 1));
    await followAll(deps);
    expect(await part()).toMatchObject({ dueAt: null });
    expect(await read()).toMatchObject({ caseWaitedMs: 50 * 60_000, isCaseAnswered: true });
    await figures.append(conversation, drafts.reply(at('15:00')));
    await followAll(deps);
    expect(await part()).toMatchObject({ dueAt: at('15:10'), dueKind: 'resolution' });
    await figures.append(conversation, drafts.line(at('15:11'), 'resolved', 1));
    await followAll(deps);
    expect(await part()).toMatchObject({ dueAt: null, late: [{ kind: 'resolution' }] });
    expect(await read()).toMatchObject({ caseWaitedMs: 0, isCaseAnswered: false });
  });

  it('wait for nothing in an erased thread, which keeps what it has added', async () => {
    const { deps, conversation, part } = await open();
    await figures.append(conversation, drafts.reply(at('10:00')));
    await followAll(deps);
    const before = await sum(deps.companyId, 'all');
    await figures.conversationStore.change(conversation._id, () => ({ erasedAt: at('12:00') }));
    await followAll(deps);
    expect(await part()).toMatchObject({ waitingSince: null, dueAt: null });
    expect(await sum(deps.companyId, 'all')).toEqual(before);
  });
});
