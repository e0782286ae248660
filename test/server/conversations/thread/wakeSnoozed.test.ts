/** Snoozed conversations: out of the lists until their time, and back once. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Conversation } from '../../../../server/conversations/conversation.model.ts';
import { listConversations } from '../../../../server/conversations/list/listConversations.ts';
import { systemDraft } from '../../../../server/conversations/thread/thread.ts';
import { dueSnoozes, wakeSnoozed } from '../../../../server/conversations/thread/wakeSnoozed.ts';
import type { ConversationFilter } from '../../../../shared/schemas/conversation.ts';
import { companyId, openThreads, reply, type TestThreads } from './threadFixture.ts';

let threads: TestThreads;
beforeAll(async () => {
  threads = await openThreads();
});
afterAll(() => threads[Symbol.asyncDispose]());
beforeEach(() => {
  threads.published.length = 0;
});

/** The store is shared by the tests of this file: each snoozes into a year of its own and wakes that year. */
let year = 2040;
async function snooze(conversation: Conversation, at: Date): Promise<Conversation> {
  const system = { event: 'snoozed', snoozedUntil: at, personId: null, personName: 'Анна' } as const;
  const line = systemDraft(new Date(), system);
  return (await threads.createDeps().thread.append(conversation, line)).conversation;
}
function nextTime(): { at: Date; before: Date } {
  year += 1;
  return { at: new Date(Date.UTC(year, 0, 1, 9)), before: new Date(Date.UTC(year, 0, 1, 8, 59, 59)) };
}
const eventsOf = async (conversation: Conversation) =>
  (await threads.messagesOf(conversation)).map(({ kind, system }) => system?.event ?? kind);

async function listsWith({ _id }: Conversation): Promise<ConversationFilter[]> {
  const { conversations } = threads.createDeps();
  const found: ConversationFilter[] = [];
  for (const filter of ['all', 'mine', 'unassigned', 'snoozed', 'resolved'] as const) {
    const request = { audience: { companyId }, filter, personId: new Types.ObjectId(), limit: 100 };
    const { rows } = await listConversations(conversations, request);
    if (rows.some((row) => row._id.equals(_id))) found.push(filter);
  }
  return found;
}

it('leave the lists for their own one, and return at their time: on top, waiting, with a line', async () => {
  const { at, before } = nextTime();
  const conversation = await threads.open(2);
  const { conversationStore } = threads.createDeps();
  await conversationStore.change(conversation._id, () => ({ waitingSince: null, isWaiting: false }));
  const snoozed = await snooze(conversation, at);
  expect(await listsWith(conversation)).toEqual(['snoozed']);

  expect(await wakeSnoozed(threads.createDeps(), before)).toEqual(at);
  expect(await eventsOf(conversation)).toEqual(['reply', 'reply', 'snoozed']);

  threads.published.length = 0;
  expect(await wakeSnoozed(threads.createDeps(), at)).toBeNull();
  expect(await eventsOf(conversation)).toEqual(['reply', 'reply', 'snoozed', 'woken']);
  expect(await listsWith(conversation)).toEqual(['all', 'unassigned']);
  const woken = await threads.read(conversation);
  expect(woken).toMatchObject({
    status: 'open',
    snoozedUntil: null,
    replyCount: 2,
    waitingSince: woken.lastActivityAt,
    isWaiting: true,
  });
  expect(woken.lastActivityAt.getTime()).toBeGreaterThan(snoozed.lastActivityAt.getTime());
  expect(threads.published).toMatchObject([
    {
      row: { waitingSince: woken.lastActivityAt.toISOString(), status: 'open' },
      messages: [{ system: { event: 'woken' } }],
    },
  ]);
});

it('return once, however many processes look at the same moment', async () => {
  const { at } = nextTime();
  const conversations = await Promise.all([1, 2, 3, 4].map(() => threads.open(1)));
  for (const conversation of conversations) await snooze(conversation, at);
  await Promise.all([1, 2, 3].map(() => wakeSnoozed(threads.createDeps(), at)));
  for (const conversation of conversations)
    expect(await eventsOf(conversation)).toEqual(['reply', 'snoozed', 'woken']);
});

it('return with the client’s message, which is no end of a snooze; and stay away when snoozed for longer', async () => {
  const { at } = nextTime();
  const { thread } = threads.createDeps();
  const written = await threads.open(1);
  const longer = await threads.open(1);
  await thread.append(await snooze(written, at), reply(2));
  await snooze(await snooze(longer, at), new Date(at.getTime() + 60_000));
  expect(await wakeSnoozed(threads.createDeps(), at)).toEqual(new Date(at.getTime() + 60_000));
  expect(await eventsOf(written)).toEqual(['reply', 'snoozed', 'reply']);
  expect(await listsWith(written)).toEqual(['all', 'unassigned']);
  expect(await listsWith(longer)).toEqual(['snoozed']);
  await wakeSnoozed(threads.createDeps(), new Date(at.getTime() + 60_000));
});

it('stay in their own list whatever the company adds to them', async () => {
  const { at } = nextTime();
  const { thread } = threads.createDeps();
  const snoozed = await snooze(await threads.open(1), at);
  const { position: _, externalId: __, ...draft } = reply(2);
  await thread.append(snoozed, {
    ...draft,
    kind: 'answer',
    direction: 'out',
    authorType: 'agent',
    status: 'queued',
  });
  expect(await listsWith(snoozed)).toEqual(['snoozed']);
  await wakeSnoozed(threads.createDeps(), at);
});

it('return although another one cannot', async () => {
  const { at } = nextTime();
  const { messages } = threads.createDeps();
  const broken = await snooze(await threads.open(1), at);
  const sound = await snooze(await threads.open(1), at);
  // A message without a text is the next of the thread: the conversation cannot be brought up to date.
  await messages.collection.insertOne({ conversationId: broken._id, seq: 3, kind: 'note' } as never);
  await expect(wakeSnoozed(threads.createDeps(), at)).rejects.toThrow('some snoozed conversations');
  expect(await eventsOf(sound)).toEqual(['reply', 'snoozed', 'woken']);
  await messages.collection.deleteOne({ conversationId: broken._id, seq: 3 });
  await wakeSnoozed(threads.createDeps(), at);
  expect(await eventsOf(broken)).toEqual(['reply', 'snoozed', 'woken']);
});

it('are found by indexes that hold snoozed conversations alone', async () => {
  const { at } = nextTime();
  for (let other = 0; other < 20; other += 1) await threads.open(1);
  const snoozed = await snooze(await threads.open(1), at);
  const { conversations } = threads.createDeps();
  const plans = [
    { filter: dueSnoozes(at), sort: { snoozedUntil: 1 }, index: 'snoozedUntil_1' },
    {
      filter: { companyId, status: 'snoozed' },
      sort: { lastActivityAt: -1, _id: -1 },
      index: 'companyId_1_status_1_lastActivityAt_-1__id_-1',
    },
    {
      filter: { communityId: { $in: [snoozed.communityId] }, companyId, status: 'snoozed' },
      sort: { lastActivityAt: -1, _id: -1 },
      index: 'status_1_lastActivityAt_-1__id_-1',
    },
  ] as const;
  for (const { filter, sort, index } of plans) {
    const plan = await conversations.collection
      .find(filter as never)
      .sort(sort)
      .explain('executionStats');
    expect(JSON.stringify(plan)).toContain(index);
    expect(plan).toMatchObject({ executionStats: { nReturned: 1, totalDocsExamined: 1 } });
  }
  await wakeSnoozed(threads.createDeps(), at);
});
