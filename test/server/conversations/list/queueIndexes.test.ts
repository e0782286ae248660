/** What a page of a queue costs: an index in the order of the wait, whoever looks and whatever else is stored. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { expectReadByIndex } from '../../../support/explained.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

const companyId = new Types.ObjectId();
const communityIds = [new Types.ObjectId(), new Types.ObjectId()];
const assigneeId = new Types.ObjectId();
const PAGE = 5;
let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  const conversations = conversationModel(store.connection);
  await store.build([conversations] as never);
  await conversations.insertMany(
    Array.from({ length: 120 }, (_, at) => ({
      companyId,
      communityId: communityIds[at % 2],
      network: 'vk' as const,
      peerId: String(at),
      clientId: new Types.ObjectId(),
      clientName: `Клиент ${at}`,
      isResolved: at % 3 === 0,
      assigneeId: at % 4 === 0 ? assigneeId : null,
      isWaiting: at % 5 !== 0,
      waitingSince: at % 5 === 0 ? null : new Date(1_700_000_000_000 + ((at * 7_919) % 1_000) * 1_000),
      lastActivityAt: new Date(1_700_000_000_000 + at * 1_000),
      createdAt: new Date(1_700_000_000_000),
    })),
  );
});
afterAll(async () => store?.[Symbol.asyncDispose]());

const audiences = {
  everything: { companyId },
  'one community': { companyId, communityId: communityIds[0] },
};
const queues = {
  all: {},
  'those of one person': { assigneeId },
  'those of nobody': { assigneeId: null },
};

it('reads a page of each queue by an index, whoever looks', async () => {
  for (const [seen, audience] of Object.entries(audiences))
    for (const [name, queue] of Object.entries(queues)) {
      const page = conversationModel(store.connection)
        .find({ $and: [audience, { isResolved: false, isWaiting: true, ...queue }] })
        .sort({ waitingSince: 1, _id: 1 })
        .limit(PAGE);
      expect((await page.clone().lean()).length, `${name}, ${seen}`).toBe(PAGE);
      await expectReadByIndex(page, PAGE);
    }
});
