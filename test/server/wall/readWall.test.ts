/** What the wall shows, over a real store: whose, how much, and by which indexes. */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import { answersSince } from '../../../server/figures/answersBins.ts';
import { lateNow } from '../../../server/figures/readLiveFigures.ts';
import { serviceMessageModel } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { queuedAnswersIn, queuedServiceMessagesIn } from '../../../server/wall/queues.ts';
import { openOf, readWall, type WallDeps } from '../../../server/wall/readWall.ts';
import { waitingIndexOf } from '../../../server/wall/waitingNow.ts';
import { setCurrentTime } from '../../../server/work/clock.ts';
import { wallView } from '../../../shared/schemas/wall.ts';
import { drafts, type Figures, followAll, openFigures, person } from '../figures/figuresFixture.ts';

const MINUTE_MS = 60_000;
/** A Tuesday afternoon in Moscow. */
const nowMs = Date.parse('2026-03-10T14:37:00Z');
const ago = (minutes: number) => new Date(nowMs - minutes * MINUTE_MS);

let figures: Figures;
beforeAll(async () => {
  figures = await openFigures();
  const { connection } = figures.store;
  await figures.store.build([communityModel(connection), serviceMessageModel(connection)] as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());
beforeEach(() => setCurrentTime(nowMs));
afterEach(() => setCurrentTime(null));

function signedIn(nth: number, change: Partial<SignedInPerson> = {}): SignedInPerson {
  const id = person(nth).toHexString();
  return {
    id,
    name: `Сотрудник ${nth}`,
    email: `${id}@example.com`,
    avatarUrl: null,
    role: 'agent',
    communityIds: null,
    isActive: true,
    marksRead: true,
    ...change,
  };
}
const supervisor = (communityIds: string[] | null = null) =>
  signedIn(99, { role: 'supervisor', communityIds });

interface Company extends WallDeps {
  community(change?: object): Promise<Types.ObjectId>;
  show(viewer?: SignedInPerson): Promise<ReturnType<typeof wallView.parse>>;
}

async function openCompany(
  people: SignedInPerson[] = [1, 2, 3].map((nth) => signedIn(nth)),
): Promise<Company> {
  const { connection } = figures.store;
  const follow = await figures.openCompany({
    timeZone: 'Europe/Moscow',
    workingDays: null,
    targets: { firstAnswer: 15, nextAnswer: 15, resolution: null },
  });
  const communities = communityModel(connection);
  const deps: WallDeps = {
    ...follow,
    communities,
    serviceMessages: serviceMessageModel(connection),
    listPeople: async () => people,
    stateOf: () => 'offline',
  };
  return {
    ...deps,
    async community(change = {}) {
      const { _id } = await communities.create({
        companyId: follow.companyId,
        network: 'vk',
        externalId: new Types.ObjectId().toHexString(),
        name: 'Лавка',
        tokenSealed: 'sealed',
        intake: { longPoll: true, webhook: false },
        isEnabled: true,
        connection: { state: 'live', since: ago(600), stopReason: null, networkCode: null },
        checkpoint: { ts: '1', at: ago(0) },
        createdAt: ago(6000),
        ...change,
      });
      return _id as Types.ObjectId;
    },
    async show(viewer = supervisor()) {
      await followAll(follow);
      return wallView.parse(await readWall(deps, viewer));
    },
  };
}

/** A client who has waited since then; assigned to that person, if any. */
async function waiting(company: Company, communityId: Types.ObjectId, at: Date, assignedTo?: number) {
  const thread = await figures.openConversation(company.companyId, communityId);
  if (assignedTo !== undefined) await figures.append(thread, drafts.line(at, 'assigned', assignedTo));
  await figures.append(thread, drafts.reply(at));
  return thread;
}

describe('the wall', () => {
  it('shows what waits, how long, what is late and what is new today, in all and for each person', async () => {
    const company = await openCompany();
    const shop = await company.community();
    const late = await waiting(company, shop, ago(40), 1);
    await waiting(company, shop, ago(3), 1);
    const mine = await waiting(company, shop, ago(10), 2);
    const free = await waiting(company, shop, ago(12));
    // Yesterday by Moscow's clocks, and answered: open, and not new.
    const old = await waiting(company, shop, ago(24 * 60), 1);
    await figures.append(old, drafts.answer(ago(20), 1));
    // Resolved and begun anew: a new case of today. Resolved again, so it waits no longer.
    const again = await waiting(company, shop, ago(30), 3);
    await figures.append(again, drafts.line(ago(29), 'resolved', 3));
    await figures.append(again, drafts.reply(ago(28)));
    await figures.append(again, drafts.line(ago(27), 'resolved', 3));

    const view = await company.show();
    // The clock goes on from the set moment.
    expect(Date.parse(view.at)).toBeGreaterThanOrEqual(nowMs);
    expect(view).toMatchObject({
      today: '2026-03-10',
      waiting: 4,
      longestWait: { conversationId: late._id.toHexString(), since: ago(40).toISOString() },
      unassigned: { waiting: 1, longestWait: { conversationId: free._id.toHexString() } },
      late: 1,
      newToday: 6,
    });
    expect(view.countedAt).not.toBeNull();
    expect(view.isCounting).toBe(false);
    const shown = Object.fromEntries(view.people.map((each) => [each.personId, each]));
    expect(shown[person(1).toHexString()]).toMatchObject({
      open: 3,
      waiting: 2,
      answered: 1,
      longestWait: { conversationId: late._id.toHexString() },
    });
    expect(shown[person(2).toHexString()]).toMatchObject({
      open: 1,
      waiting: 1,
      answered: 0,
      longestWait: { conversationId: mine._id.toHexString() },
    });
    expect(shown[person(3).toHexString()]).toMatchObject({ open: 0, waiting: 0, longestWait: null });
    expect(view.communities).toEqual([
      {
        communityId: shop.toHexString(),
        waiting: 4,
        behindSince: null,
        queuedAnswers: 0,
        queuedServiceMessages: 0,
      },
    ]);
  });

  it('shows a supervisor what is in their communities, and nothing of the others', async () => {
    const north = new Types.ObjectId().toHexString();
    const people = [1, 2].map((nth) => signedIn(nth)).concat(signedIn(3, { communityIds: [north] }));
    const company = await openCompany(people);
    const seen = await company.community();
    const hidden = await company.community({ _id: new Types.ObjectId(north) });
    await waiting(company, seen, ago(3), 1);
    const other = await waiting(company, hidden, ago(50), 1);
    await waiting(company, hidden, ago(50), 2);
    await figures.append(other, drafts.answer(ago(1), 1));
    await figures.append(other, drafts.reply(ago(1)));
    const all = await company.show();
    expect(all).toMatchObject({ waiting: 3, late: 1, newToday: 3 });
    expect(all.people.map(({ personId }) => personId)).toContain(person(3).toHexString());

    const some = await company.show(supervisor([seen.toHexString()]));
    expect(some).toMatchObject({
      waiting: 1,
      late: 0,
      newToday: 1,
      longestWait: { since: ago(3).toISOString() },
    });
    expect(some.communities.map(({ communityId }) => communityId)).toEqual([seen.toHexString()]);
    // The third person works elsewhere. The others' work elsewhere does not count.
    expect(some.people.map(({ personId, open, answered }) => [personId, open, answered])).toEqual([
      [person(1).toHexString(), 1, 0],
      [person(2).toHexString(), 0, 0],
    ]);
    expect(JSON.stringify(some)).not.toContain(hidden.toHexString());
    expect(JSON.stringify(some)).not.toContain(other._id.toHexString());

    const none = await company.show(supervisor([]));
    expect(none).toMatchObject({ waiting: 0, late: 0, newToday: 0, people: [], communities: [] });
  });

  it('counts the answers of the last hour to five minutes, over the change of the hour', async () => {
    const company = await openCompany();
    const shop = await company.community();
    const thread = await figures.openConversation(company.companyId, shop);
    // It is 14:37. In the hour: 13:38 and later; of its first five minutes all count; 13:30 is over.
    for (const minutes of [1, 36, 38, 59, 61, 67, 120])
      await figures.append(thread, drafts.answer(ago(minutes), 1));
    const [first] = (await company.show()).people;
    expect(first).toMatchObject({ personId: person(1).toHexString(), answered: 5 });
  });

  it('shows clients of a person who is gone, and no row for colleagues who answer nobody', async () => {
    const gone = signedIn(4, { isActive: false });
    const company = await openCompany([signedIn(1), gone, signedIn(5, { role: 'supervisor' })]);
    const shop = await company.community();
    await waiting(company, shop, ago(3), 4);
    const view = await company.show();
    expect(view.people.map(({ personId, waiting: count, state }) => [personId, count, state])).toEqual([
      [person(1).toHexString(), 0, 'offline'],
      [gone.id, 1, 'offline'],
    ]);
  });

  it('is not blanked by conversations that are stored wrongly', async () => {
    const company = await openCompany();
    const shop = await company.community();
    await waiting(company, shop, ago(3), 1);
    for (const broken of [
      { waitingSince: 'yesterday' },
      { waitingSince: null },
      { assigneeId: 'nobody' },
      { communityId: null },
    ]) {
      const thread = await waiting(company, shop, ago(2));
      await company.conversations.collection.updateOne({ _id: thread._id }, { $set: broken as never });
    }
    const view = await company.show();
    expect(view.waiting).toBe(1);
    expect(view.people[0]).toMatchObject({ waiting: 1 });
  });

  it('says since when a community is behind, also when nobody listens for it any more', async () => {
    const company = await openCompany();
    const state = (name: string) => ({ state: name, since: ago(5), stopReason: null, networkCode: null });
    await company.community({ connection: state('live'), checkpoint: { ts: '1', at: ago(1) } });
    await company.community({ connection: state('offline'), checkpoint: { ts: '1', at: ago(9) } });
    await company.community({ connection: state('connecting'), checkpoint: null });
    await company.community({ connection: state('live'), stalledSince: ago(7) });
    await company.community({ connection: state('live'), checkpoint: { ts: '1', at: ago(30) } });
    await company.community({ connection: state('disabled'), isEnabled: false });
    const webhook = { longPoll: false, webhook: true };
    await company.community({ intake: webhook, checkpoint: { ts: '1', at: ago(9) } });
    const behind = (await company.show()).communities.map(({ behindSince }) => behindSince);
    expect(behind).toEqual([
      null,
      ago(9).toISOString(),
      ago(5).toISOString(),
      ago(7).toISOString(),
      ago(30).toISOString(),
      null,
      null,
    ]);
  });

  it('counts what was not handed to the network, without what has a later time', async () => {
    const company = await openCompany();
    const [shop, other] = [await company.community(), await company.community()];
    const queued = (communityId: Types.ObjectId, dueAt: Date | null) => ({
      _id: new Types.ObjectId(),
      communityId,
      ...(dueAt ? { outbox: { dueAt } } : {}),
    });
    // The store takes them as they are: only the fields of the queues matter here.
    const answer = (communityId: Types.ObjectId, dueAt: Date | null) => ({
      ...queued(communityId, dueAt),
      conversationId: new Types.ObjectId(),
      seq: 1,
    });
    await company.messages.collection.insertMany([
      answer(shop, ago(1)),
      answer(shop, ago(-1)),
      answer(other, ago(1)),
      answer(shop, null),
    ] as never);
    await company.serviceMessages.collection.insertMany([
      queued(shop, ago(1)),
      queued(shop, ago(-1)),
      queued(shop, ago(-60)),
      queued(shop, null),
    ] as never);
    const view = await company.show();
    expect(view.communities).toMatchObject([
      { queuedAnswers: 2, queuedServiceMessages: 2 },
      { queuedAnswers: 1, queuedServiceMessages: 0 },
    ]);
    expect((await company.show(supervisor([other.toHexString()]))).communities).toMatchObject([
      { queuedAnswers: 1, queuedServiceMessages: 0 },
    ]);
  });
});

it('reads by indexes alone, whatever else is stored', async () => {
  const company = await openCompany();
  const [shop, other] = [await company.community(), await company.community()];
  for (let nth = 0; nth < 4; nth += 1) await waiting(company, nth % 2 ? shop : other, ago(30), 1);
  // Many conversations that wait for nothing.
  const common = {
    companyId: company.companyId,
    communityId: shop,
    network: 'vk',
    clientId: new Types.ObjectId(),
  };
  await company.conversations.collection.insertMany(
    Array.from({ length: 300 }, (_, nth) => ({
      ...common,
      _id: new Types.ObjectId(),
      peerId: `p${nth}`,
      clientName: 'Ольга',
      assigneeId: person(1),
      isResolved: nth % 2 === 0,
      isWaiting: false,
      lastActivityAt: ago(nth),
    })) as never,
  );
  await company.show();
  const { companyId } = company;
  const scopes = [{ companyId }, { communityId: { $in: [shop, other] } }];
  const lateIds = [null, [shop, other]];
  const reads = [
    ...scopes.map((scope) => ({
      model: company.conversations,
      filter: { ...scope, isResolved: false, isWaiting: true },
      sort: { waitingSince: 1, _id: 1 },
      hint: waitingIndexOf(scope as never),
      index: 'isWaiting_1',
    })),
    ...scopes.map((scope) => ({
      model: company.conversations,
      filter: openOf(scope as never, person(1).toHexString()),
      index: 'assigneeId_1_isResolved_1',
    })),
    ...lateIds.map((ids) => ({
      model: company.threadParts,
      filter: lateNow(companyId, ids as never, nowMs),
      index: 'dueAt_1__id_1',
    })),
    {
      model: company.figureHours,
      filter: { companyId, subject: 'person', hour: { $gte: ago(60) } },
      index: 'companyId_1_subject_1_hour_1',
    },
    {
      model: company.messages,
      filter: queuedAnswersIn([shop]),
      hint: { 'outbox.dueAt': 1 },
      index: 'outbox.dueAt_1',
      // The whole outbox: it holds what waits alone, in all communities.
      most: await company.messages.countDocuments({ 'outbox.dueAt': { $gt: new Date(0) } } as never),
    },
    {
      model: company.serviceMessages,
      filter: queuedServiceMessagesIn(shop),
      index: 'communityId_1_outbox.dueAt_1',
    },
  ] as {
    model: typeof company.conversations;
    filter: object;
    sort?: object;
    hint?: object;
    index: string;
    most?: number;
  }[];
  for (const read of reads) {
    const { model, filter, sort, hint, index } = read;
    let cursor = model.collection.find(filter as never);
    if (sort) cursor = cursor.sort(sort as never);
    if (hint) cursor = cursor.hint(hint as never);
    const explained = (await cursor.explain('executionStats')) as {
      queryPlanner: { winningPlan: object };
      executionStats: { totalDocsExamined: number; nReturned: number };
    };
    const plan = JSON.stringify(explained.queryPlanner.winningPlan);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/COLLSCAN|"SORT"/);
    // Nothing is looked at that is not shown.
    const { totalDocsExamined, nReturned } = explained.executionStats;
    expect({ index, docs: totalDocsExamined }).toEqual({ index, docs: read.most ?? nReturned });
  }
});

it('counts a bin whole that holds the moment', () => {
  const hour = new Date('2026-03-10T13:00:00Z');
  const counts = { answers: 9, 'answers:6': 2, 'answers:7': 3, 'answers:11': 4, 'first:7': 1 };
  expect(answersSince(hour, counts, Date.parse('2026-03-10T13:37:00Z'))).toBe(7);
  expect(answersSince(hour, counts, Date.parse('2026-03-10T13:40:00Z'))).toBe(4);
  expect(answersSince(hour, counts, Date.parse('2026-03-10T14:00:00Z'))).toBe(0);
});
