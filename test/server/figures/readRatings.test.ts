/** The list of marks: the newest question first, only of what the reader may see, and the same marks that the report adds up. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rating, ratingModels } from '../../../server/conversations/rating/rating.model.ts';
import { deliveryCountModels } from '../../../server/deliveryReports/deliveryCounts.model.ts';
import { readPeriod } from '../../../server/figures/period.ts';
import { markedIn, type RatingsAsked, readRatings } from '../../../server/figures/readRatings.ts';
import { readReport } from '../../../server/figures/readReport.ts';
import type { RatingMark } from '../../../shared/schemas/rating.ts';
import { ratingRow, reportAnswer } from '../../../shared/schemas/report.ts';
import { expectReadByIndex } from '../../support/explained.ts';
import { drafts, type Figures, followAll, openFigures, person } from './figuresFixture.ts';

let figures: Figures;
let ratings: ReturnType<typeof ratingModels>['ratings'];
let deliveries: ReturnType<typeof deliveryCountModels>;
beforeAll(async () => {
  figures = await openFigures();
  const models = ratingModels(figures.store.connection);
  ({ ratings } = models);
  deliveries = deliveryCountModels(figures.store.connection);
  await figures.store.build([...Object.values(models), ...Object.values(deliveries)] as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const timeZone = 'Europe/Moscow';
const MINUTE_MS = 60_000;
const startMs = Date.parse('2026-09-10T10:00Z');

function periodOf(from: string, to: string) {
  const days = readPeriod(from, to, timeZone);
  if (days.kind !== 'read') throw new Error(days.kind);
  return days;
}

async function openDesk() {
  const deps = { ...(await figures.openCompany({ timeZone })), ratings, ...deliveries };
  const { companyId } = deps;
  /** A conversation that is resolved, asked about and marked, in threads and in the rows that the program writes. */
  async function mark(
    of: { communityId: Types.ObjectId; by: number; at: Date },
    marks: RatingMark[],
    comment?: string,
  ): Promise<Rating> {
    const thread = await figures.openConversation(companyId, of.communityId);
    await figures.append(thread, drafts.reply(of.at));
    const line = await figures.append(thread, drafts.line(of.at, 'resolved', of.by));
    const question = await figures.append(thread, drafts.question(of.at, line._id));
    const rating: Rating = {
      _id: line._id,
      companyId,
      communityId: of.communityId,
      conversationId: thread._id,
      clientId: thread.clientId,
      personId: person(of.by),
      seq: line.seq,
      askedAt: question.createdAt,
    };
    for (const each of marks) {
      const tap = await figures.append(
        thread,
        drafts.mark(new Date(of.at.getTime() + MINUTE_MS), line._id, each),
      );
      Object.assign(rating, { mark: each, markedAt: tap.sentAt, markSeq: tap.seq });
    }
    if (comment !== undefined) {
      const reply = await figures.append(thread, {
        ...drafts.reply(of.at),
        text: comment,
        ratingId: line._id,
      });
      rating.commentId = reply._id;
    }
    await ratings.create(rating);
    return rating;
  }
  /** Rows of one conversation, without the thread that made them. */
  async function addRows(
    count: number,
    of: (nth: number) => {
      at: Date;
      communityId?: Types.ObjectId;
      personId?: Types.ObjectId;
      isMarked?: boolean;
    },
  ): Promise<Rating[]> {
    const thread = await figures.openConversation(companyId);
    const rows = Array.from({ length: count }, (_, nth): Rating => {
      const { at, communityId = thread.communityId, personId = person(1), isMarked = true } = of(nth);
      return {
        _id: new Types.ObjectId(),
        companyId,
        communityId,
        conversationId: thread._id,
        clientId: thread.clientId,
        personId,
        seq: 1,
        askedAt: at,
        ...(isMarked ? { mark: 5, markedAt: at, markSeq: 3 } : {}),
      };
    });
    await ratings.insertMany(rows);
    return rows;
  }
  const list = async (asked: Partial<RatingsAsked> & { from: string; to: string }) => {
    const { from, to, ...rest } = asked;
    const { period } = periodOf(from, to);
    const page = await readRatings(deps, {
      communityIds: null,
      personId: undefined,
      cursor: undefined,
      period,
      ...rest,
    });
    return { ...page, rows: page.rows.map((row) => ratingRow.parse(row)) };
  };
  const report = async (from: string, to: string, about: { key?: string; communityIds?: string[] } = {}) =>
    reportAnswer.parse(
      await readReport(deps, {
        communityIds: about.communityIds ?? null,
        subject: about.key ? 'person' : 'all',
        key: about.key ?? '',
        timeZone,
        days: periodOf(from, to),
      }),
    );
  return { deps, companyId, mark, addRows, list, report };
}

describe('a report of marks', () => {
  it('counts questions and marks by community and person, and follows a second tap', async () => {
    const { deps, mark, report, list } = await openDesk();
    const [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
    const at = new Date('2026-09-10T10:00Z');
    await mark({ communityId: north, by: 1, at }, [5]);
    await mark({ communityId: north, by: 1, at }, [4, 2]);
    await mark({ communityId: south, by: 2, at }, [3]);
    await mark({ communityId: south, by: 2, at }, []);
    await mark({ communityId: south, by: 2, at: new Date('2026-09-09T10:00Z') }, [1]);
    await followAll(deps);
    const day = ['2026-09-10', '2026-09-10'] as const;
    const shown = await report(...day);
    expect(shown.figures).toMatchObject({ asked: 4, rated: 3, marks: [0, 1, 1, 0, 1] });
    expect(shown.figures.markAverage).toBeCloseTo(10 / 3);
    expect(shown.before).toMatchObject({ asked: 1, rated: 1, marks: [1, 0, 0, 0, 0], markAverage: 1 });
    const rows = (of: typeof shown.people) =>
      Object.fromEntries(of.map(({ key, asked, rated, markAverage }) => [key, [asked, rated, markAverage]]));
    expect(rows(shown.people)).toEqual({ [`${person(1)}`]: [2, 2, 3.5], [`${person(2)}`]: [2, 1, 3] });
    expect(rows(shown.communities)).toEqual({ [`${north}`]: [2, 2, 3.5], [`${south}`]: [2, 1, 3] });
    expect((await report(...day, { key: `${person(1)}` })).figures).toMatchObject({ asked: 2, rated: 2 });
    expect((await report(...day, { communityIds: [`${south}`] })).figures).toMatchObject({
      asked: 2,
      rated: 1,
    });
    expect((await report(...day, { communityIds: [] })).figures).toMatchObject({
      asked: 0,
      markAverage: null,
    });
    // The list of the same days has the same marks.
    const { rows: listed } = await list({ from: day[0], to: day[1] });
    expect(listed.map((row) => row.mark).sort()).toEqual([2, 3, 5]);
  });

  it('counts a mark at the time of its question, however late the client gives it', async () => {
    const { deps, mark, report } = await openDesk();
    const { _id, conversationId } = await mark(
      { communityId: new Types.ObjectId(), by: 1, at: new Date('2026-09-10T20:59Z') },
      [],
    );
    await followAll(deps);
    await figures.append({ _id: conversationId }, drafts.mark(new Date('2026-09-12T10:00Z'), _id, 4));
    await followAll(deps);
    expect((await report('2026-09-10', '2026-09-10')).figures).toMatchObject({ asked: 1, rated: 1 });
    expect((await report('2026-09-11', '2026-09-12')).figures).toMatchObject({ asked: 0, rated: 0 });
  });
});

describe('the list of marks', () => {
  it('is paged by cursor, the newest first, without gaps or repeats, also within one moment', async () => {
    const { addRows, list } = await openDesk();
    // Three in each minute.
    const made = await addRows(53, (nth) => ({ at: new Date(startMs + Math.floor(nth / 3) * MINUTE_MS) }));
    const days = { from: '2026-09-10', to: '2026-09-10' };
    const first = await list(days);
    const second = await list({ ...days, cursor: first.nextCursor! });
    const rows = [...first.rows, ...second.rows];
    expect(first.rows).toHaveLength(50);
    expect(second.nextCursor).toBeNull();
    expect(rows.map(({ id }) => id).sort()).toEqual(made.map(({ _id }) => `${_id}`).sort());
    const times = rows.map(({ askedAt }) => askedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(await list({ ...days, cursor: 'nonsense' })).toEqual({ rows: [], nextCursor: null });
  });

  it('shows nothing of communities out of sight, of other people or of other days', async () => {
    const { mark, list } = await openDesk();
    const [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
    const at = new Date('2026-09-10T10:00Z');
    const northern = await mark({ communityId: north, by: 1, at }, [5]);
    const southern = await mark({ communityId: south, by: 1, at }, [1], 'секрет');
    await mark({ communityId: north, by: 2, at }, [3]);
    const ids = async (asked: Partial<RatingsAsked>, from = '2026-09-10', to = from) =>
      (await list({ from, to, ...asked })).rows.map(({ id }) => id);
    expect(await ids({ communityIds: [`${south}`] })).toEqual([`${southern._id}`]);
    expect(await ids({ communityIds: [`${north}`], personId: `${person(1)}` })).toEqual([`${northern._id}`]);
    expect(await ids({ communityIds: [] })).toEqual([]);
    expect(await ids({ communityIds: [], personId: `${person(1)}` })).toEqual([]);
    expect(await ids({}, '2026-09-11')).toEqual([]);
    expect(await ids({}, '2026-09-09')).toEqual([]);
    expect(await ids({})).toHaveLength(3);
  });

  it('has the client’s comment until it is deleted, and no name of an erased client', async () => {
    const { mark, list } = await openDesk();
    const at = new Date('2026-09-10T10:00Z');
    const rating = await mark({ communityId: new Types.ObjectId(), by: 1, at }, [2], 'Долго ждала');
    const read = async () => (await list({ from: '2026-09-10', to: '2026-09-10' })).rows[0]!;
    expect(await read()).toMatchObject({
      mark: 2,
      comment: { messageId: `${rating.commentId}`, text: 'Долго ждала' },
      isErased: false,
    });
    const { messages, conversations } = figures.models;
    await messages.updateOne({ _id: rating.commentId! }, { $set: { deletedAt: at } });
    await conversations.updateOne({ _id: rating.conversationId }, { $set: { erasedAt: at } });
    expect(await read()).toMatchObject({ mark: 2, comment: null, isErased: true });
  });

  it('reads by an index no more than its page, in the order of the index', async () => {
    const { companyId, addRows } = await openDesk();
    const communities = [new Types.ObjectId(), new Types.ObjectId()];
    await addRows(40, (nth) => ({
      at: new Date(startMs + nth),
      communityId: communities[nth % 2]!,
      personId: person(nth % 3),
      isMarked: nth % 4 > 0,
    }));
    const { period } = periodOf('2026-09-10', '2026-09-10');
    const seen = communities.map(String);
    for (const asked of [
      { communityIds: null, personId: undefined },
      { communityIds: seen, personId: undefined },
      { communityIds: null, personId: `${person(1)}` },
    ]) {
      const page = ratings.collection
        .find(markedIn(companyId, { ...asked, period }) as never)
        .sort({ askedAt: -1, _id: -1 })
        .limit(5);
      await expectReadByIndex(page, 5);
    }
  });
});
