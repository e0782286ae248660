/** Supervisors review resolved cases through the desk's own HTTP; the reviewed agent reads it, and nobody else's. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepReviewComments } from '../../../server/quality/forgetComments.ts';
import { qualityModels } from '../../../server/quality/quality.model.ts';
import { sampleUsers } from '../../../server/sandbox/sample.ts';
import { clientExportPath } from '../../../shared/clientExportPath.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { type Inbox, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

let store: TestStore;
let desk: TestDesk;
let admin: DeskClient;
let maria: DeskClient;
let anna: DeskClient;
let inbox: Inbox;
let criteria: { id: string; name: string; isArchived: boolean }[];
const ids = new Map<string, string>();
beforeAll(async () => {
  store = await openTestStore();
  desk = await startDesk({
    env: { MONGODB_URI: store.uri, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
    timing: { erasing: { lateWritesMs: 50 } },
  });
  [admin, maria, anna] = await Promise.all([
    desk.as('admin@example.com'),
    desk.as('maria@example.com'),
    desk.as('anna@example.com'),
  ]);
  inbox = await desk.openInbox(anna);
  for (const person of (await admin.call('listPeople')).people)
    ids.set(person.email.split('@')[0]!, person.id);
  ({ criteria } = await admin.call('changeCriteria', {
    body: { criteria: [{ name: 'Вежливость' }, { name: 'Решение вопроса' }] },
  }));
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const days = { from: day(Date.now() - 86_400_000), to: day(Date.now() + 86_400_000) };
const reviews = () => qualityModels(store.connection).reviews;
const marks = (...given: (1 | 2 | 3 | 4 | 5)[]) =>
  given.map((mark, at) => ({ criterionId: criteria[at]!.id, mark }));
const auditOf = async (action: string) =>
  (await admin.call('listAudit')).lines.filter((line) => line.action === action);

/** Anna answers and resolves. @returns the place of the resolution. */
async function resolvedCase(text: string, userId: number = sampleUsers[0].userId) {
  desk.sandbox.control.clientAllows({ groupId: desk.groupId, userId });
  desk.sandbox.control.clientSends({ groupId: desk.groupId, userId, text });
  const { conversationId } = await inbox.nextMessage(text, (message) => message.text === text);
  const params = { conversationId };
  const { lastSeq } = await anna.call('readConversation', { params });
  const { lastSeq: seq } = await anna.call('setStatus', {
    params,
    body: { status: 'resolved', seenSeq: lastSeq },
  });
  return { conversationId, seq };
}
const refused = (call: Promise<unknown>, code: string) =>
  expect(call).rejects.toMatchObject({ message: expect.stringContaining(code) });

describe('the criteria', () => {
  it('are named by an administrator, and archived instead of deleted, with a line in the audit', async () => {
    await refused(maria.call('changeCriteria', { body: { criteria: [] } }), 'forbidden');
    const eleven = Array.from({ length: 11 }, (_, nth) => ({ name: `Критерий ${nth}` }));
    await refused(admin.call('changeCriteria', { body: { criteria: eleven } }), 'badRequest');
    const same = [{ name: 'Тон' }, { name: 'тон' }];
    await refused(admin.call('changeCriteria', { body: { criteria: same } }), 'badRequest');
    const foreign = [{ id: 'f'.repeat(24), name: 'Чужой' }];
    await refused(admin.call('changeCriteria', { body: { criteria: foreign } }), 'criterionUnknown');
    // The second is left out, and a third comes.
    const [first, second] = criteria;
    const { criteria: changed } = await admin.call('changeCriteria', {
      body: { criteria: [{ id: first!.id, name: 'Тон' }, { name: 'Скорость' }] },
    });
    expect(changed.map(({ name, isArchived }) => [name, isArchived])).toEqual([
      ['Тон', false],
      ['Скорость', false],
      ['Решение вопроса', true],
    ]);
    expect(changed.find(({ id }) => id === second!.id)?.isArchived).toBe(true);
    const [line] = await auditOf('company.changed');
    expect(line?.details).toEqual({ criteria: 'Тон; Скорость' });
    ({ criteria } = await admin.call('changeCriteria', {
      body: { criteria: criteria.map(({ id, name }) => ({ id, name })) },
    }));
    expect((await anna.call('readCriteria')).criteria).toEqual(criteria);
    criteria = criteria.filter(({ isArchived }) => !isArchived);
  });
});

describe('a review', () => {
  it('goes from a drawn case to the agent’s page and the report of weeks', async () => {
    const { conversationId, seq } = await resolvedCase('Где мой возврат?');
    const sample = await until('the case to be counted', async () => {
      const drawn = await maria.call('drawSample', { body: { ...days, size: 5 } });
      return drawn.cases > 0 && drawn;
    });
    expect(sample.list).toMatchObject([{ conversationId, seq, personId: ids.get('anna'), average: null }]);
    const params = { conversationId };
    const body = { seq, marks: marks(5, 2), comment: ' Поздоровалась, но не решила ' };
    const review = await maria.call('writeReview', { params, body });
    expect(review).toMatchObject({
      personId: ids.get('anna'),
      authorId: ids.get('maria'),
      average: 3.5,
      comment: 'Поздоровалась, но не решила',
    });
    const after = await maria.call('readSample', { params: { sampleId: sample.id } });
    expect(after).toMatchObject({ cases: 1, reviewed: 1, list: [{ average: 3.5 }] });
    expect((await anna.call('listOwnReviews', { query: {} })).reviews).toEqual([review]);
    expect((await anna.call('listReviews', { params })).reviews).toEqual([review]);
    const ivan = await desk.as('ivan@example.com');
    expect((await ivan.call('listOwnReviews', { query: {} })).reviews).toEqual([]);
    expect((await ivan.call('listReviews', { params })).reviews).toEqual([]);
    await refused(ivan.call('writeReview', { params, body }), 'forbidden');
    const report = await maria.call('readQuality', { query: days });
    expect(report).toMatchObject({ reviews: 1, average: 3.5, before: { reviews: 0, average: null } });
    const [row] = report.people;
    expect(row).toMatchObject({ personId: ids.get('anna'), reviews: 1, average: 3.5 });
    expect(row?.trend.filter((average) => average !== null)).toEqual([3.5]);
    expect(row?.criteria).toEqual(
      body.marks.map(({ criterionId, mark }) => ({ criterionId, average: mark })),
    );
    const [line] = await auditOf('review.written');
    expect(line).toMatchObject({
      personId: ids.get('maria'),
      subject: { kind: 'person', id: ids.get('anna') },
      details: { average: 3.5, conversation: conversationId },
    });
  });

  it('is written once by each author, beside those of others, and changed by its author alone', async () => {
    const { conversationId, seq } = await resolvedCase('Верните деньги', sampleUsers[1].userId);
    const params = { conversationId };
    const write = (who: DeskClient) =>
      who.call('writeReview', { params, body: { seq, marks: marks(4), comment: '' } });
    // Two clicks: one review.
    const clicks = await Promise.allSettled([write(maria), write(maria)]);
    expect(clicks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const second = await write(admin);
    const { reviews: all } = await maria.call('listReviews', { params });
    expect(all.map(({ authorId }) => authorId).sort()).toEqual([ids.get('maria'), ids.get('admin')].sort());

    const own = all.find(({ authorId }) => authorId === ids.get('maria'))!;
    const change = (who: DeskClient, reviewId: string, version: number) =>
      who.call('amendReview', {
        params: { reviewId },
        body: { version, marks: marks(1, 2), comment: 'Пересмотрела' },
      });
    await refused(change(maria, second.id, 0), 'notFound');
    const amended = await change(maria, own.id, 0);
    expect(amended).toMatchObject({ average: 1.5, version: 1, comment: 'Пересмотрела' });
    expect(amended.amendedAt).not.toBeNull();
    // From a second tab, which has not seen the change.
    await refused(change(maria, own.id, 0), 'reviewChanged');
    const [line] = await auditOf('review.amended');
    expect(line?.details).toEqual({ averageBefore: 4, average: 1.5, conversation: conversationId });
    expect(JSON.stringify(line)).not.toContain('Пересмотрела');
  });

  it('is refused of one’s own work, of what was not resolved, and by criteria that are not in use', async () => {
    const { conversationId, seq } = await resolvedCase('Ещё вопрос', sampleUsers[2].userId);
    const params = { conversationId };
    const write = (who: DeskClient, body: { seq: number; marks: ReturnType<typeof marks> }) =>
      who.call('writeReview', { params, body });
    await refused(write(maria, { seq: seq - 1, marks: marks(5) }), 'notFound');
    await refused(
      write(maria, { seq, marks: [{ criterionId: 'f'.repeat(24), mark: 5 }] }),
      'criterionUnknown',
    );
    await refused(write(maria, { seq, marks: [] }), 'badRequest');
    await admin.call('changePerson', {
      params: { personId: ids.get('anna')! },
      body: { role: 'supervisor' },
    });
    try {
      await refused(write(await desk.as('anna@example.com'), { seq, marks: marks(5) }), 'reviewOfOwnWork');
    } finally {
      await admin.call('changePerson', { params: { personId: ids.get('anna')! }, body: { role: 'agent' } });
      anna = await desk.as('anna@example.com');
      inbox = await desk.openInbox(anna);
    }
    expect(await reviews().countDocuments({ conversationId: new Types.ObjectId(conversationId) })).toBe(0);
  });

  it('loses its comment with its client or its retention period, and keeps its marks', async () => {
    const userId = 4001;
    desk.sandbox.control.createUser({ userId, firstName: 'Стираемая', phone: '+79990004001' });
    const { conversationId, seq } = await resolvedCase('Удалите меня', userId);
    const params = { conversationId };
    const body = { seq, marks: marks(3), comment: 'Стираемая просила удалить данные' };
    const { id } = await maria.call('writeReview', { params, body });
    const { client } = await anna.call('readConversation', { params });
    const exported = await fetch(`${desk.url}${clientExportPath(client.id)}`, {
      headers: { cookie: admin.cookie },
    });
    expect(await exported.text()).toContain('просила удалить');
    await admin.call('eraseClient', {
      params: { clientId: client.id },
      body: { name: client.name, reason: 'clientAsked', reference: '' },
    });
    await until('the comment to be erased', async () => {
      const review = await reviews().findById(id).lean();
      return review?.comment === '' && review.isCommentErased && review.average === 3;
    });
    await refused(
      maria.call('amendReview', {
        params: { reviewId: id },
        body: { version: 0, marks: marks(4), comment: 'x' },
      }),
      'clientErased',
    );

    const old = await resolvedCase('Давно', sampleUsers[0].userId);
    const kept = await maria.call('writeReview', {
      params: { conversationId: old.conversationId },
      body: { seq: old.seq, marks: marks(5), comment: 'старый' },
    });
    await reviews().updateOne({ _id: new Types.ObjectId(kept.id) }, { $set: { createdAt: new Date(1) } });
    expect(await sweepReviewComments(reviews(), new Date(2))).toBe(false);
    expect(await reviews().findById(kept.id).lean()).toMatchObject({ comment: '', average: 5 });
    expect(await reviews().countDocuments({ comment: { $gt: '' } })).toBeGreaterThan(0);
  });
});
