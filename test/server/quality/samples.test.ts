/** A sample has cases that its owner may see, drawn at random by an index, and can be continued. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qualityModels, type Review } from '../../../server/quality/quality.model.ts';
import {
  candidatesIn,
  drawMore,
  drawSample,
  listSamples,
  type Reviewer,
  readSample,
} from '../../../server/quality/samples.ts';
import { sampleAnswer } from '../../../shared/schemas/quality.ts';
import { expectReadByIndex } from '../../support/explained.ts';
import { drafts, type Figures, followAll, openFigures, person } from '../figures/figuresFixture.ts';

let figures: Figures;
let models: ReturnType<typeof qualityModels>;
beforeAll(async () => {
  figures = await openFigures();
  models = qualityModels(figures.store.connection);
  await figures.store.build(Object.values(models) as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const from = '2026-09-10';
const period = { from: new Date('2026-09-09T21:00Z'), to: new Date('2026-09-10T21:00Z') };
const periodOf = async () => period;
const supervisor = (communityIds: string[] | null = null): Reviewer => ({
  id: `${new Types.ObjectId()}`,
  communityIds,
});

/** A company whose resolved cases are counted. @param cases by whom, in which community, with which labels. */
async function openCompany(
  cases: { by?: number; communityId?: Types.ObjectId; labels?: string[]; at?: Date }[],
) {
  const deps = { ...(await figures.openCompany({ timeZone: 'Europe/Moscow' })), ...models };
  const usual = new Types.ObjectId();
  const conversationIds: Types.ObjectId[] = [];
  for (const { by = 1, communityId = usual, labels = [], at = new Date('2026-09-10T10:00Z') } of cases) {
    const thread = await figures.openConversation(deps.companyId, communityId);
    conversationIds.push(thread._id);
    await figures.append(thread, drafts.reply(at));
    await figures.conversationStore.change(thread._id, () => ({ labels }));
    await figures.append(thread, drafts.line(at, 'resolved', by));
  }
  await followAll(deps);
  const draw = async (reviewer: Reviewer, asked: object = {}) =>
    sampleAnswer.parse(
      await drawSample(deps, reviewer, { from, to: from, size: 50, ...asked } as never, period),
    );
  return { deps, conversationIds, draw };
}

describe('a sample', () => {
  it('has each case of the period once, in an order of its own, and goes on where it ended', async () => {
    const { deps, conversationIds, draw } = await openCompany(Array.from({ length: 12 }, () => ({})));
    const reviewer = supervisor();
    const [one, other] = [await draw(reviewer, { size: 5 }), await draw(reviewer, { size: 12 })];
    expect(one.list).toHaveLength(5);
    expect(new Set(other.list.map(({ conversationId }) => conversationId))).toEqual(
      new Set(conversationIds.map(String)),
    );
    expect(other.list.map(({ conversationId }) => conversationId)).not.toEqual(conversationIds.map(String));
    // Two at once: the cases are added once.
    const more = () => drawMore(deps, reviewer, one.id, { size: 4, periodOf });
    await Promise.all([more(), more()]);
    const continued = (await readSample(deps, reviewer, one.id))!;
    expect(continued.list.slice(0, 5)).toEqual(one.list);
    const ids = continued.list.map(({ conversationId }) => conversationId);
    expect([ids.length, new Set(ids).size]).toEqual([9, 9]);
    await drawMore(deps, reviewer, one.id, { size: 50, periodOf });
    expect((await readSample(deps, reviewer, one.id))!.list).toHaveLength(12);
  });

  it('is drawn evenly: over many draws, every case comes about as often', async () => {
    const { conversationIds, draw } = await openCompany(Array.from({ length: 5 }, () => ({})));
    const times = new Map(conversationIds.map((id) => [String(id), 0]));
    for (let nth = 0; nth < 60; nth += 1) {
      const [first] = (await draw(supervisor(), { size: 1 })).list;
      times.set(first!.conversationId, times.get(first!.conversationId)! + 1);
    }
    // Twelve are expected; none at all, or 35, come once in a hundred thousand runs.
    for (const count of times.values()) expect(count).toBeGreaterThan(0);
    for (const count of times.values()) expect(count).toBeLessThan(35);
  });

  it('holds nothing of communities out of sight, of one’s own work, or of erased clients', async () => {
    const [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
    const { deps, conversationIds, draw } = await openCompany([
      { communityId: north },
      { communityId: south },
      { communityId: north, by: 2 },
      { communityId: north, by: 3 },
    ]);
    await deps.conversations.updateOne({ _id: conversationIds[3]! }, { $set: { erasedAt: new Date() } });
    const ids = ({ list }: { list: { conversationId: string }[] }) =>
      list.map(({ conversationId }) => conversationId).sort();
    const reviewer = { id: `${person(2)}`, communityIds: [`${north}`] };
    const sample = await draw(reviewer);
    expect(ids(sample)).toEqual([`${conversationIds[0]}`]);
    expect(ids(await draw(reviewer, { communityId: `${south}` }))).toEqual([]);
    expect(ids(await draw({ ...reviewer, communityIds: [] }))).toEqual([]);
    expect(ids(await draw({ ...reviewer, communityIds: null }))).toEqual(
      [conversationIds[0], conversationIds[1]].map(String).sort(),
    );
    // Rights that end take the cases of a sample along, and nobody else sees a sample.
    const late = { ...reviewer, communityIds: [`${south}`] };
    expect((await readSample(deps, late, sample.id))!.list).toEqual([]);
    const listed = (await listSamples(deps, late)).find(({ id }) => id === sample.id);
    expect(listed).toMatchObject({ cases: 0, reviewed: 0 });
    expect(await readSample(deps, supervisor(), sample.id)).toBeNull();
  });

  it('is of one person, one label or other days where that was asked', async () => {
    const { conversationIds, draw } = await openCompany([
      { by: 1, labels: ['возврат'] },
      { by: 2 },
      { at: new Date('2026-09-10T20:59Z') },
      { at: new Date('2026-09-10T21:00Z') },
    ]);
    const reviewer = supervisor();
    const ids = async (asked: object) =>
      (await draw(reviewer, asked)).list.map(({ conversationId }) => conversationId).sort();
    const expected = (...which: number[]) => which.map((at) => `${conversationIds[at]}`).sort();
    expect(await ids({ personId: `${person(2)}` })).toEqual(expected(1));
    expect(await ids({ label: 'возврат' })).toEqual(expected(0));
    expect(await ids({})).toEqual(expected(0, 1, 2));
  });

  it('names the first message of a case, and keeps how many of its cases the owner has reviewed', async () => {
    const { deps, conversationIds, draw } = await openCompany([{}, {}]);
    const reviewer = supervisor();
    const sample = await draw(reviewer);
    const [first] = sample.list;
    const opened = await deps.messages.findById(first!.firstMessageId);
    expect(opened).toMatchObject({ seq: 1, kind: 'reply' });
    const review = (authorId: string): Review => ({
      _id: new Types.ObjectId(),
      companyId: deps.companyId,
      communityId: new Types.ObjectId(first!.communityId),
      conversationId: conversationIds[0]!,
      seq: first!.seq,
      resolutionId: new Types.ObjectId(),
      personId: person(1),
      authorId: new Types.ObjectId(authorId),
      authorName: 'Мария',
      marks: [],
      average: 4.5,
      comment: '',
      createdAt: new Date(),
      amendedAt: null,
      version: 0,
    });
    await models.reviews.create(review(supervisor().id));
    expect((await listSamples(deps, reviewer))[0]).toMatchObject({ cases: 2, reviewed: 0 });
    await models.reviews.create(review(reviewer.id));
    expect((await listSamples(deps, reviewer))[0]).toMatchObject({ cases: 2, reviewed: 1 });
    const averages = (await readSample(deps, reviewer, sample.id))!.list.map(({ average }) => average);
    expect(averages.sort()).toEqual([4.5, null]);
  });

  it('is drawn by an index, in its order', async () => {
    const communities = [new Types.ObjectId(), new Types.ObjectId()];
    const { deps } = await openCompany(
      Array.from({ length: 20 }, (_, nth) => ({ communityId: communities[nth % 2]! })),
    );
    const thread = await figures.openConversation(deps.companyId, communities[0]!);
    await figures.append(thread, drafts.reply(new Date('2026-09-10T10:00Z')));
    await followAll(deps);
    for (const reviewer of [supervisor(), supervisor(communities.map(String))]) {
      const page = deps.threadParts.collection
        .find(candidatesIn(deps.companyId, reviewer, null, period) as never)
        .sort({ resolvedAt: -1, _id: -1 })
        .limit(5);
      await expectReadByIndex(page, 5);
    }
  });
});
