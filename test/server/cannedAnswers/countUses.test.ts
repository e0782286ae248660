/** Uses of canned answers: counted once for each sent answer, whatever is repeated and whatever crashes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cannedAnswerModels } from '../../../server/cannedAnswers/cannedAnswer.model.ts';
import { type CountUsesDeps, countUses } from '../../../server/cannedAnswers/countUses.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { connectDatabase } from '../../../server/storage/database.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { failEachWrite } from '../../support/everyWrite.ts';
import { expectReadByIndex } from '../../support/explained.ts';
import { startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { openStoreProxy } from '../../support/storeProxy.ts';
import { until } from '../../support/until.ts';

let store: TestStore;
let desk: TestDesk;
let anna: DeskClient;
let maria: DeskClient;
let conversationId: string;
let deps: CountUsesDeps;
beforeAll(async () => {
  store = await openTestStore();
  // This process sends nothing and counts nothing by itself.
  desk = await startDesk({
    env: {
      MONGODB_URI: store.uri,
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ROLES: 'web,listener',
    },
  });
  [anna, maria] = await Promise.all([desk.as('anna@example.com'), desk.as('maria@example.com')]);
  const inbox = await desk.openInbox(anna);
  desk.sandbox.control.clientAllows({ groupId: desk.groupId, userId: 2001 });
  desk.sandbox.control.clientSends({ groupId: desk.groupId, userId: 2001, text: 'Где заказ?' });
  ({ conversationId } = await inbox.nextMessage('the question', ({ text }) => text === 'Где заказ?'));
  const messages = messageModel(store.connection);
  const { companyId } = (await messages.findOne({}).lean())!;
  deps = { companyId, messages, ...cannedAnswerModels(store.connection) };
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

async function addCanned(client: DeskClient, isShared: boolean): Promise<string> {
  const body = { isShared, folder: '', name: randomUUID(), text: 'x' };
  return (await client.call('addCannedAnswer', { body })).id;
}
const send = (client: DeskClient, cannedAnswerIds: string[], clientToken: string = randomUUID()) =>
  client.call('sendAnswer', {
    params: { conversationId },
    body: { clientToken, text: clientToken, cannedAnswerIds },
  });
async function countAll(): Promise<void> {
  while (await countUses(deps));
}
async function usesOf(client: DeskClient, id: string): Promise<number | undefined> {
  return (await client.call('listCannedAnswers')).answers.find((answer) => answer.id === id)?.uses;
}

it('counts an answer once, however often its request is repeated', async () => {
  const shared = await addCanned(maria, true);
  const own = await addCanned(anna, false);
  const token = randomUUID();
  await Promise.all([send(anna, [shared, own, shared], token), send(anna, [shared, own, shared], token)]);
  await countAll();
  await send(anna, [shared, own, shared], token);
  await send(anna, []);
  await countAll();
  expect([await usesOf(anna, shared), await usesOf(anna, own)]).toEqual([1, 1]);
  expect(await deps.messages.countDocuments({ cannedDue: { $exists: true } })).toBe(0);
});

it("counts nothing for another person's own answer, or one that is deleted meanwhile", async () => {
  const own = await addCanned(anna, false);
  const shared = await addCanned(maria, true);
  const deleted = await addCanned(maria, true);
  await send(maria, [own, deleted, shared]);
  await maria.call('deleteCannedAnswer', { params: { cannedAnswerId: deleted } });
  await countAll();
  expect([await usesOf(anna, own), await usesOf(anna, shared)]).toEqual([0, 1]);
});

it('is exact when several processes count at once', async () => {
  const ids = [await addCanned(maria, true), await addCanned(maria, true)];
  for (let nth = 0; nth < 12; nth += 1) await send(nth % 2 ? anna : maria, nth % 3 ? ids : ids.slice(0, 1));
  await Promise.all(Array.from({ length: 4 }, countAll));
  await countAll();
  expect([await usesOf(anna, ids[0]!), await usesOf(anna, ids[1]!)]).toEqual([12, 8]);
});

it('is exact when the store fails at any write of a step, before its work or after it', async () => {
  const proxy = await openStoreProxy(store.uri);
  const connection = await connectDatabase(proxy.uri);
  const failing = {
    ...deps,
    messages: messageModel(connection),
    ...cannedAnswerModels(connection),
  };
  try {
    await failEachWrite(proxy, {
      async begin() {
        const id = await addCanned(maria, true);
        await send(anna, [id]);
        await send(maria, [id]);
        return id;
      },
      async work() {
        while (await countUses(failing));
      },
      async check(id) {
        await send(anna, [id]);
        await countAll();
        expect(await usesOf(anna, id)).toBe(3);
      },
    });
  } finally {
    await connection.close();
    await proxy[Symbol.asyncDispose]();
  }
});

it('is exact when a process that stood still writes its journal late', async () => {
  const id = await addCanned(maria, true);
  await send(anna, [id]);
  let goOn = () => {};
  let isStanding = false;
  const still = countUses(
    writingLate(async () => {
      isStanding = true;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }),
  );
  await until('the process to stand still', () => isStanding);
  await send(anna, [id]);
  await countAll();
  expect(await usesOf(anna, id)).toBe(2);
  goOn();
  await still;
  await countAll();
  expect(await usesOf(anna, id)).toBe(2);
});

it('finds what is due by an index of its own', async () => {
  const due = { companyId: deps.companyId, 'cannedDue.at': { $gt: new Date(0) } };
  await send(anna, [await addCanned(maria, true)]);
  await expectReadByIndex(deps.messages.find(due).sort({ 'cannedDue.at': 1 }).limit(500), 1);
  await countAll();
  await expectReadByIndex(deps.messages.find(due).sort({ 'cannedDue.at': 1 }).limit(500), 0);
});

/** The same store, but the uses of a step are written later. */
function writingLate(wait: () => Promise<void>): CountUsesDeps {
  const { collection } = deps.cannedAnswers;
  const bulkWrite = async (...given: Parameters<typeof collection.bulkWrite>) => {
    await wait();
    return collection.bulkWrite(...given);
  };
  const cannedAnswers = Object.create(deps.cannedAnswers, { collection: { value: { bulkWrite } } });
  return { ...deps, cannedAnswers };
}
