/**
 * Two indexers that both believe that they hold the lease, as after one was stopped for longer than it lasts: the index
 * holds each message once, in its newest version, and nothing is missing.
 */
import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientModel } from '../../../server/clients/client.model.ts';
import { conversationModel } from '../../../server/conversations/conversation.model.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { startIndexer, usualIndexerTiming } from '../../../server/search/indexing/indexer.ts';
import { search } from '../../../server/search/search.ts';
import { searchStateModels } from '../../../server/search/searchState.model.ts';
import { createPageReader } from '../../../server/search/segments/pageReader.ts';
import { segmentModels } from '../../../server/search/segments/segment.model.ts';
import { createSegmentList } from '../../../server/search/segments/segmentList.ts';
import { createSegmentReader } from '../../../server/search/segments/segmentReader.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const MESSAGES = 160;
const companyId = new Types.ObjectId();
const communityId = new Types.ObjectId();
const sealing = createSealing(randomBytes(32));

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

it('keep one whole index, though each takes the lease from the other', async () => {
  const { connection } = store;
  const models = segmentModels(connection);
  const states = searchStateModels(connection);
  const [conversations, messages, clients] = [
    conversationModel(connection),
    messageModel(connection),
    clientModel(connection),
  ];
  const all = [conversations, messages, clients, ...Object.values(models), ...Object.values(states)];
  await store.build(all as never);
  const indexers = ['one', 'two'].map((processId) =>
    startIndexer({
      companyId,
      processId,
      conversations,
      messages,
      clients,
      sealing,
      ...states,
      models,
      segmentList: createSegmentList(models),
      pages: createPageReader(models.searchPages, { keptBytesMost: 1_000_000 }),
      timing: { ...usualIndexerTiming, pollMs: 1, leaseMs: 80 },
      logger: silent,
    }),
  );
  const conversationIds = Array.from({ length: 8 }, () => new Types.ObjectId());
  await conversations.collection.insertMany(conversationIds.map(conversationOf) as never);
  for (let no = 0; no < MESSAGES; no += 1) {
    const _id = new Types.ObjectId();
    const conversationId = conversationIds[no % 8]!;
    const seq = Math.floor(no / 8) + 1;
    await messages.collection.insertOne(messageOf(_id, conversationId, seq, `старое слово${no}`) as never);
    await mark(conversationId, seq);
    // Each third message is edited once the index may hold it.
    if (no % 3 === 0) {
      await messages.updateOne({ _id }, { $set: { text: `новое слово${no}`, version: 1 } });
      await mark(conversationId, seq);
    }
    // Now both hold it: the holder learns of it at its next renewal only.
    if (no % 5 === 0) await states.searchStates.updateOne({ _id: companyId }, { $set: { lease: null } });
  }

  const deps = {
    companyId,
    segmentList: createSegmentList(models),
    searchStates: states.searchStates,
    conversations,
    messages,
    sealing,
    reader: createSegmentReader(createPageReader(models.searchPages, { keptBytesMost: 1_000_000 })),
  };
  await until('all threads to be indexed', async () => {
    const state = await states.searchStates.findById(companyId).lean();
    return state?.generation === 1 && (await conversations.countDocuments({ searchFrom: { $gt: 0 } })) === 0;
  });
  await Promise.all(indexers.map((indexer) => indexer.stop()));
  const found = async (text: string) => {
    const texts: string[] = [];
    for (let after = null as { at: Date; id: Types.ObjectId } | null; ; ) {
      const { hits } = await search(deps, { ...anything, text, after });
      texts.push(...hits.map(({ excerpt }) => excerpt.text));
      const last = hits.at(-1);
      if (!last || hits.length < anything.limit) return texts.sort();
      after = { at: new Date(last.sentAt), id: new Types.ObjectId(last.messageId) };
    }
  };
  const numbers = Array.from({ length: MESSAGES }, (_, no) => no);
  const expected = (isEdited: boolean, word: string) =>
    numbers
      .filter((no) => (no % 3 === 0) === isEdited)
      .map((no) => `${word} слово${no}`)
      .sort();
  expect(await found('новое')).toEqual(expected(true, 'новое'));
  expect(await found('старое')).toEqual(expected(false, 'старое'));

  async function mark(conversationId: Types.ObjectId, seq: number): Promise<void> {
    await conversations.updateOne(
      { _id: conversationId },
      { $min: { searchFrom: seq }, $max: { lastSeq: seq }, $inc: { revision: 1 } },
    );
  }
});

const anything = {
  text: '',
  communityIds: null,
  kinds: null,
  personId: null,
  hasFile: false,
  conversation: null,
  from: null,
  before: null,
  after: null,
  limit: 50,
};

const conversationOf = (_id: Types.ObjectId) => ({
  _id,
  companyId,
  communityId,
  network: 'vk',
  peerId: _id.toHexString(),
  clientId: new Types.ObjectId(),
  clientName: 'Мария',
  clientHasAvatar: false,
  status: 'open',
  isResolved: false,
  snoozedUntil: null,
  assigneeId: null,
  labels: [],
  lastMessage: null,
  lastSeq: 0,
  replyCount: 0,
  readReplyCount: 0,
  isUnread: false,
  waitingSince: null,
  lastActivityAt: new Date(),
  canWrite: true,
  isMatched: false,
  tailPosition: 0,
  clientReadPosition: 0,
  revision: 1,
  createdAt: new Date(),
});

const messageOf = (_id: Types.ObjectId, conversationId: Types.ObjectId, seq: number, text: string) => ({
  _id,
  companyId,
  communityId,
  conversationId,
  clientId: new Types.ObjectId(),
  peerId: conversationId.toHexString(),
  seq,
  kind: 'reply',
  direction: 'in',
  authorType: 'client',
  authorName: '',
  text,
  attachments: [],
  uploadIds: [],
  replyTo: null,
  forwarded: [],
  status: 'received',
  statusHistory: [],
  failure: null,
  reactions: [],
  sentAt: new Date(),
  editedAt: null,
  deletedAt: null,
  isBackfilled: false,
  version: 0,
  createdAt: new Date(),
});
