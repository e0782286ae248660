/** One message, or one phone, that cannot be read keeps nothing else out of the index. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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
