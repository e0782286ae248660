import { type Model, Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../../server/conversations/conversation.model.ts';
import { listConversations } from '../../../../server/conversations/list/listConversations.ts';
import type { Change } from '../../../../shared/events.ts';
import { openThreads, reply, type TestThreads } from './threadFixture.ts';

let threads: TestThreads;
let published: Change[];
beforeAll(async () => {
  threads = await openThreads();
  published = threads.published;
});
afterAll(async () => threads[Symbol.asyncDispose]());
beforeEach(() => {
  published.length = 0;
});

const createDeps = () => threads.createDeps();
const open = () => threads.open();
const thread = (conversation: Conversation) => threads.messagesOf(conversation);

it('stores a message whose conversation changed meanwhile, and then updates the conversation', async () => {
  const { thread, conversations } = createDeps();
  const conversation = await open();
  await conversations.updateOne(
    { _id: conversation._id },
    { $set: { revision: conversation.revision + 1, labels: ['new'] } },
  );
  const { isNew, conversation: after } = await thread.append(conversation, reply(1));
  expect(isNew).toBe(true);
  expect(after).toMatchObject({ lastSeq: 1, replyCount: 1, labels: ['new'], revision: 2 });
});

it('changes and publishes many conversations in one write, even when one of them has changed meanwhile', async () => {
  const { conversationStore, thread } = createDeps();
  const opened = [await open(), await open(), await open()];
  await thread.append(opened[1]!, reply(1));
  published.length = 0;
  await conversationStore.changeAll(opened, ({ clientName }) =>
    clientName === 'Anna' ? null : { clientName: 'Anna' },
  );
  const stored = await Promise.all(opened.map(({ _id }) => conversationStore.change(_id, () => null)));
  expect(stored.map(({ clientName, lastSeq }) => [clientName, lastSeq])).toEqual([
    ['Anna', 0],
    ['Anna', 1],
    ['Anna', 0],
  ]);
  expect(published.map((change) => change.type === 'conversation.changed' && change.row.client.name)).toEqual(
    ['Anna', 'Anna', 'Anna'],
  );
});

it('stores documents that match the schemas, although it bypasses mongoose', async () => {
  const { conversations, clients, messages, thread } = createDeps();
  const { message, conversation } = await thread.append(await open(), reply(1));
  for (const [model, _id] of [
    [messages, message._id],
    [conversations, conversation._id],
    [clients, conversation.clientId],
  ] as const) {
    const stored = await (model as Model<object>).collection.findOne({ _id });
    // Including every default of a hydrated document.
    expect((model as Model<object>).hydrate(stored).toObject()).toEqual(stored);
    await (model as Model<object>).validate(stored);
  }
});

describe('the thread', () => {
  it('gives each message the next place and publishes the conversation after it', async () => {
    let conversation = await open();
    for (const position of [1, 2, 3])
      conversation = (await createDeps().thread.append(conversation, reply(position))).conversation;
    expect((await thread(conversation)).map((m) => [m.seq, m.text])).toEqual([
      [1, '#1'],
      [2, '#2'],
      [3, '#3'],
    ]);
    expect(conversation).toMatchObject({ lastSeq: 3, replyCount: 3, tailPosition: 3, revision: 3 });
    expect(published.map((c) => c.type === 'conversation.changed' && c.row.revision)).toEqual([1, 2, 3]);
  });

  it('keeps one copy of a message that comes three times at once', async () => {
    const conversation = await open();
    const results = await Promise.all(
      [1, 1, 1].map((p) => createDeps().thread.append(conversation, reply(p))),
    );
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await thread(conversation)).toHaveLength(1);
    expect(published).toHaveLength(1);
  });

  it('leaves no hole and no double place when many write at once', async () => {
    const conversation = await open();
    const positions = Array.from({ length: 40 }, (_, index) => index + 1);
    await Promise.all(positions.map((position) => createDeps().thread.append(conversation, reply(position))));
    expect((await thread(conversation)).map((m) => m.seq)).toEqual(positions);
    const last = await createDeps().conversationStore.change(conversation._id, () => null);
    expect(last).toMatchObject({ lastSeq: 40, replyCount: 40, revision: 40 });
  });

  it('repairs a conversation that a crash left behind its thread, when the message is repeated', async () => {
    const conversation = await open();
    await createDeps().thread.append(conversation, reply(1));
    const {
      _id,
      lastSeq: _,
      ...before
    } = await createDeps().conversationStore.change(conversation._id, () => null);
    // A process crashed between the two writes: the message is stored, and the conversation does not include it.
    await createDeps().messages.create({
      ...reply(2),
      _id: new Types.ObjectId(),
      companyId: before.companyId,
      communityId: before.communityId,
      conversationId: _id,
      clientId: before.clientId,
      peerId: before.peerId,
      seq: 2,
      version: 0,
      replyOrdinal: 2,
    });
    const repeated = await createDeps().thread.append({ ...before, _id, lastSeq: 1 }, reply(2));
    expect(repeated.isNew).toBe(false);
    expect(repeated.conversation).toMatchObject({
      lastSeq: 2,
      replyCount: 2,
      lastMessage: { excerpt: '#2' },
    });
  });

  it('repairs the conversation before it stores the next message', async () => {
    const conversation = await open();
    await createDeps().messages.create({
      ...reply(1),
      _id: new Types.ObjectId(),
      companyId: conversation.companyId,
      communityId: conversation.communityId,
      conversationId: conversation._id,
      clientId: conversation.clientId,
      peerId: conversation.peerId,
      seq: 1,
      version: 0,
      replyOrdinal: 1,
    });
    const next = await createDeps().thread.append(conversation, reply(2));
    expect(next.message).toMatchObject({ seq: 2, replyOrdinal: 2 });
    expect(next.conversation).toMatchObject({ lastSeq: 2, replyCount: 2 });
  });
});

describe('a new conversation', () => {
  const inLists = async (conversation: Conversation) => {
    const { companyId, conversations } = createDeps();
    const personId = new Types.ObjectId();
    const lists: string[] = [];
    for (const filter of ['all', 'unassigned', 'resolved'] as const) {
      const { rows } = await listConversations(conversations, {
        audience: { companyId },
        filter,
        personId,
        limit: 200,
      });
      if (rows.some(({ _id }) => _id.equals(conversation._id))) lists.push(filter);
    }
    return lists;
  };

  it('appears in lists, and is published, only with its first message', async () => {
    const conversation = await open();
    expect(await inLists(conversation)).toEqual([]);
    expect(published).toEqual([]);
    await createDeps().thread.append(conversation, reply(1));
    expect(await inLists(conversation)).toEqual(['all', 'unassigned']);
    expect(published).toMatchObject([{ row: { lastSeq: 1 }, messages: [{ text: '#1' }] }]);
  });

  it('appears in lists whatever kind its first message has', async () => {
    for (const kind of ['answer', 'service', 'note'] as const) {
      const conversation = await open();
      await createDeps().thread.append(conversation, { ...reply(1), kind, direction: 'out' });
      expect(await inLists(conversation)).toEqual(['all', 'unassigned']);
    }
    const conversation = await open();
    const { externalId: _none, ...draft } = reply(1);
    const system = { event: 'resolved' as const, personId: null, personName: null };
    await createDeps().thread.append(conversation, {
      ...draft,
      kind: 'system',
      direction: 'internal',
      system,
    });
    expect(await inLists(conversation)).toEqual(['resolved']);
  });
});
