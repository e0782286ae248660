/** A client's whole life: every message of every visible conversation once, the newest first, whatever the page. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Conversation } from '../../../server/conversations/conversation.model.ts';
import { openConversation } from '../../../server/conversations/intake/openConversation.ts';
import { readClientTimeline } from '../../../server/history/clientTimeline.ts';
import { serviceMessageModel } from '../../../server/serviceMessages/serviceMessage.model.ts';
import type { TimelineItem } from '../../../shared/schemas/history.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { companyId, openThreads, reply, type TestThreads } from '../conversations/thread/threadFixture.ts';
import { storedMessage } from '../deliveryReports/seededMessages.ts';

let threads: TestThreads;
let store: TestStore;
const clientId = new Types.ObjectId();
const [north, south] = [new Types.ObjectId().toHexString(), new Types.ObjectId().toHexString()];
const phoneIndex = 'index of the client’s phone';
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 8, minute));
const deps = () => ({ ...threads.createDeps(), serviceMessages: serviceMessageModel(store.connection) });

beforeAll(async () => {
  threads = await openThreads();
  store = await openTestStore();
  await store.build([serviceMessageModel(store.connection)] as never);
});
afterAll(async () => {
  await store?.[Symbol.asyncDispose]();
  await threads?.[Symbol.asyncDispose]();
});

/** A conversation of the client with replies at these minutes. */
async function begin(communityId: string, minutes: readonly number[]): Promise<Conversation> {
  const { thread, conversations } = threads.createDeps();
  const community = { id: communityId, network: 'vk' as const, externalId: communityId };
  const peerId = String(30_000 + Math.floor(Math.random() * 1e6));
  const opened = await openConversation(threads.createDeps(), community, peerId, at(0));
  await conversations.updateOne({ _id: opened._id }, { $set: { clientId } });
  let conversation: Conversation = { ...opened, clientId };
  for (const [index, minute] of minutes.entries())
    ({ conversation } = await thread.append(conversation, { ...reply(index + 1), sentAt: at(minute) }));
  return conversation;
}

const textOf = (item: TimelineItem) =>
  item.kind === 'message'
    ? `${item.message.conversationId} ${item.message.text}`
    : `service ${item.message.id}`;

async function allPages(audience: { communityId?: { $in: string[] } }, onPage?: () => Promise<unknown>) {
  const items: TimelineItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await readClientTimeline(deps(), { clientId, phoneIndex, audience, cursor });
    expect(page.items.length).toBeLessThanOrEqual(30);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    await onPage?.();
    expect(items.length).toBeLessThan(1_000);
  } while (cursor !== undefined);
  return items;
}

it('merges conversations of all communities with service messages that nobody answered', async () => {
  const every = (count: number, step: number, from: number) =>
    Array.from({ length: count }, (_, index) => from + index * step);
  const inNorth = await begin(north, every(70, 3, 1));
  const inSouth = await begin(south, every(40, 7, 2));
  const short = await begin(south, [100]);
  const sent = every(45, 5, 3).map((minute) =>
    storedMessage(
      { companyId, communityId: new Types.ObjectId(minute % 2 === 0 ? north : south) },
      { acceptedAt: at(minute), phoneIndex },
    ),
  );
  // One stands in a thread already, and another is another client's.
  const threaded = { ...sent[0]!, conversationId: inNorth._id };
  const foreign = storedMessage(
    { companyId, communityId: new Types.ObjectId(north) },
    { acceptedAt: at(50), phoneIndex: 'another phone' },
  );
  await deps().serviceMessages.collection.insertMany([threaded, ...sent.slice(1), foreign] as never);

  let isLater = false;
  const items = await allPages({}, async () => {
    // A conversation that begins while somebody reads comes with the next visit, not among old messages.
    if (!isLater) await begin(north, [900, 901]);
    isLater = true;
  });
  expect(new Set(items.map(textOf)).size).toBe(items.length);
  const times = items.map((item) => Date.parse(item.at));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const inThreads = items.filter((item) => item.kind === 'message');
  const count = ({ _id }: Conversation) =>
    inThreads.filter(({ message }) => message.conversationId === _id.toHexString()).length;
  expect([count(inNorth), count(inSouth), count(short)]).toEqual([70, 40, 1]);
  expect(items.length - inThreads.length).toBe(44);

  const seenInNorth = await allPages({ communityId: { $in: [north] } });
  const ofSouth = [inSouth, short].map(({ _id }) => _id.toHexString());
  expect(seenInNorth.length).toBe(
    70 + 2 + sent.slice(1).filter((each) => each.communityId.toHexString() === north).length,
  );
  expect(JSON.stringify(seenInNorth)).not.toMatch(new RegExp([...ofSouth, south].join('|')));
});

it('goes to the end for a cursor that it does not know, so that a tab keeps what it shows', async () => {
  const audience = { communityId: { $in: [north] } };
  for (const cursor of ['x', 'x.y-z', '12_zz.'])
    expect((await readClientTimeline(deps(), { clientId, phoneIndex, audience, cursor })).items).toEqual([]);
});
