/** Pages of the list and of queues, by present cursors and by cursors of earlier versions. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import {
  type ListRequest,
  listConversations,
} from '../../../../server/conversations/list/listConversations.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

const companyId = new Types.ObjectId();
/** Four have the same time, so that a page can end between them. */
const times = [1, 2, 2, 2, 2, 3].map((second) => new Date(1_700_000_000_000 + second * 1_000));
let store: TestStore;
let newestFirst: string[];
/** The same six, by how long they wait: the newest activity waits longest; the oldest two do not wait. */
let longestFirst: string[];
beforeAll(async () => {
  store = await openTestStore();
  const conversations = conversationModel(store.connection);
  await store.build([conversations] as never);
  const seeded = times.map((lastActivityAt, at) => ({
    _id: new Types.ObjectId(),
    companyId,
    communityId: new Types.ObjectId(),
    network: 'vk' as const,
    peerId: String(at),
    clientId: new Types.ObjectId(),
    clientName: `Клиент ${at}`,
    status: 'open' as const,
    isResolved: false,
    lastActivityAt,
    createdAt: lastActivityAt,
    isWaiting: at > 1,
    waitingSince: at > 1 ? new Date(times[times.length - 1]!.getTime() * 2 - lastActivityAt.getTime()) : null,
  }));
  await conversations.insertMany(seeded);
  const ids = seeded.map(({ _id }) => _id.toHexString());
  newestFirst = ids.toReversed();
  longestFirst = [ids[5]!, ids[2]!, ids[3]!, ids[4]!];
});
afterAll(async () => store?.[Symbol.asyncDispose]());

async function page(cursor?: string, limit = 3, request: Partial<ListRequest> = {}) {
  const { rows, nextCursor } = await listConversations(conversationModel(store.connection), {
    audience: { companyId },
    filter: 'all',
    ...request,
    personId: new Types.ObjectId(),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { ids: rows.map(({ _id }) => _id.toHexString()), nextCursor };
}

it('continues between conversations of the same time, and ends with the last one', async () => {
  const first = await page();
  expect(first.ids).toEqual(newestFirst.slice(0, 3));
  const second = await page(first.nextCursor!);
  expect(second).toEqual({ ids: newestFirst.slice(3), nextCursor: null });
});

it.each([{ filter: 'waiting' as const }, { waiting: true }])(
  'has the longest wait first in a queue, also between equal waits: %j',
  async (request) => {
    const first = await page(undefined, 2, request);
    expect(first.ids).toEqual(longestFirst.slice(0, 2));
    expect(await page(first.nextCursor!, 2, request)).toEqual({
      ids: longestFirst.slice(2),
      nextCursor: null,
    });
  },
);

it('continues from a cursor of an earlier version', async () => {
  const given = `${times[3]!.getTime().toString(36)}.${newestFirst[2]}`;
  expect((await page(given)).ids).toEqual(newestFirst.slice(3));
});

it.each(['nonsense', `zzzzzzzzzzz.${'a'.repeat(24)}`, `${'9'.repeat(16)}_${'a'.repeat(24)}`])(
  'is empty for the invalid cursor %s',
  async (cursor) => {
    expect(await page(cursor)).toEqual({ ids: [], nextCursor: null });
  },
);
