/** One message, or one phone, that cannot be read keeps nothing else out of the index. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Conversation } from '../../../server/conversations/conversation.model.ts';
import { type ReadThreadsDeps, readThreads } from '../../../server/search/indexing/readThreads.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { silent } from '../../support/store.ts';
import { openThreads, type TestThreads } from '../conversations/thread/threadFixture.ts';

let threads: TestThreads;
beforeAll(async () => {
  threads = await openThreads();
});
afterAll(() => threads?.[Symbol.asyncDispose]());

it('reads the rest of a thread in which one message and the phone are broken', async () => {
  const { messages, clients } = threads.createDeps();
  const errors: unknown[] = [];
  const logger = { ...silent, error: (about: unknown) => void errors.push(about) } as typeof silent;
  const deps: ReadThreadsDeps = { messages, clients, logger, sealing: createSealing(Buffer.alloc(32, 7)) };
  const conversation = await threads.open(3);
  const read = async () => {
    const found = [];
    const parts = [{ conversation: { ...conversation, isMatched: true }, fromSeq: 1 }];
    for await (const { entries, done } of readThreads(deps, parts, 1_000)) {
      found.push(...entries.map(({ messageId }) => messageId.toHexString()));
      expect(done).toHaveLength(1);
    }
    return found.sort();
  };
  const whole = await read();
  expect(errors).toEqual([]);

  const [, broken] = await threads.messagesOf(conversation);
  await messages.collection.updateOne({ _id: broken!._id }, { $set: { attachments: null } } as never);
  await clients.collection.updateOne(
    { _id: conversation.clientId },
    { $set: { phoneSealed: 'of another key' } },
  );
  expect(await read()).toEqual(whole.filter((id) => id !== broken!._id.toHexString()));
  expect(errors).toEqual([
    expect.objectContaining({ clientId: conversation.clientId }),
    expect.objectContaining({ messageId: broken!._id }),
  ]);
});

it('reads the ends of many threads at once, each with its own messages in order, and a long thread in parts', async () => {
  const { messages, clients } = threads.createDeps();
  const deps: ReadThreadsDeps = {
    messages,
    clients,
    logger: silent,
    sealing: createSealing(Buffer.alloc(32, 7)),
  };
  const [three, two, short] = [await threads.open(3), await threads.open(2), await threads.open(2)];
  const [, second] = await threads.messagesOf(short);
  const copies = Array.from({ length: 500 }, (_, at) => ({
    ...second!,
    _id: new Types.ObjectId(),
    seq: 3 + at,
    externalId: `copy ${at}`,
    randomId: 1_000 + at,
  }));
  await messages.collection.insertMany(copies as never);
  const long = { ...short, lastSeq: 502 };
  const empty = { ...two, _id: new Types.ObjectId(), lastSeq: 0 };
  const parts = [
    { conversation: three, fromSeq: 2 },
    { conversation: two, fromSeq: 1 },
    { conversation: empty, fromSeq: 1 },
    { conversation: long, fromSeq: 1 },
    { conversation: three, fromSeq: 3 },
  ];
  const found: string[] = [];
  const done: string[] = [];
  for await (const batch of readThreads(deps, parts, 400)) {
    found.push(...batch.entries.map(({ messageId }) => messageId.toHexString()));
    done.push(...batch.done.map(({ _id }) => _id.toHexString()));
  }
  const idsOf = async (conversation: Conversation, fromSeq: number) => [
    ...(await threads.messagesOf(conversation))
      .filter(({ seq }) => seq >= fromSeq)
      .map(({ _id }) => _id.toHexString()),
    // The client's own row.
    conversation._id.toHexString(),
  ];
  expect(found).toEqual([
    ...(await idsOf(three, 2)),
    ...(await idsOf(two, 1)),
    empty._id.toHexString(),
    ...(await idsOf(long, 1)),
    ...(await idsOf(three, 3)),
  ]);
  expect(done).toEqual(parts.map(({ conversation }) => conversation._id.toHexString()));
});
