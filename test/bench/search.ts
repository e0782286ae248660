/**
 * What the search costs: `npm run bench -- search 100000`. Stores so many messages, builds the index, and asks in
 * several ways, each answer compared with what must be found. One process, the embedded store.
 */
import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { clientModel } from '../../server/clients/client.model.ts';
import { conversationModel } from '../../server/conversations/conversation.model.ts';
import { messageModel } from '../../server/conversations/message.model.ts';
import { startIndexer, usualIndexerTiming } from '../../server/search/indexing/indexer.ts';
import { type SearchRequest, search } from '../../server/search/search.ts';
import { searchStateModels } from '../../server/search/searchState.model.ts';
import { createPageReader } from '../../server/search/segments/pageReader.ts';
import { segmentModels } from '../../server/search/segments/segment.model.ts';
import { createSegmentList } from '../../server/search/segments/segmentList.ts';
import { createSegmentReader } from '../../server/search/segments/segmentReader.ts';
import { createSealing } from '../../server/storage/sealing.ts';
import { openTestStore, silent } from '../support/store.ts';
import { until } from '../support/until.ts';
import { createRandom, createTexts, rareWord } from './search/texts.ts';

const MESSAGES_PER_THREAD = 20;
const ASKED_TIMES = 60;
const total = Number(process.argv[2] ?? 100_000);

await using store = await openTestStore();
const { connection } = store;
const models = segmentModels(connection);
const states = searchStateModels(connection);
const [conversations, messages, clients] = [
  conversationModel(connection),
  messageModel(connection),
  clientModel(connection),
];
await store.build([
  conversations,
  messages,
  clients,
  ...Object.values(models),
  ...Object.values(states),
] as never);
const [companyId, communityId] = [new Types.ObjectId(), new Types.ObjectId()];
const random = createRandom(7);

await fill();
const sealing = createSealing(randomBytes(32));
const buildStarted = performance.now();
const indexer = startIndexer({
  companyId,
  processId: 'bench',
  conversations,
  messages,
  clients,
  sealing,
  ...states,
  models,
  segmentList: createSegmentList(models),
  pages: createPageReader(models.searchPages, { keptBytesMost: 4_000_000 }),
  timing: { ...usualIndexerTiming, pollMs: 50 },
  logger: silent,
});
await until(
  'the index',
  async () => (await states.searchStates.findById(companyId).lean())?.generation === 1,
  { timeoutMs: 3_600_000, everyMs: 200 },
);
const buildS = (performance.now() - buildStarted) / 1000;
await indexer.stop();
const segments = await createSegmentList(models).live(companyId, 1);
const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
print(`${total} messages indexed in ${buildS.toFixed(1)} s, ${Math.round(total / buildS)}/s`);
print(`${segments.length} segments, ${(bytes / total).toFixed(1)} bytes a message`);

const deps = {
  companyId,
  segmentList: createSegmentList(models),
  searchStates: states.searchStates,
  conversations,
  messages,
  sealing,
  reader: createSegmentReader(createPageReader(models.searchPages, { keptBytesMost: 32_000_000 })),
};
const random200k = () => Math.floor(random() ** 4 * 200_000);
const orderNo = () => 1_000_000 + Math.floor(random() * total);
const kinds: [string, () => string][] = [
  ['a frequent word', () => 'возврата'],
  ['a rare word', () => rareWord(random200k())],
  ['two frequent words', () => 'деньги курьером'],
  ['a frequent and a rare word', () => `оплата ${rareWord(random200k())}`],
  ['an order number', () => `заказ ${orderNo()}`],
  ['a phrase', () => '«когда доставка»'],
  ['a part of a name', () => rareWord(Math.floor(random() * (total / MESSAGES_PER_THREAD))).slice(0, 4)],
  ['the first two letters', () => 'пе'],
  ['a word that no text holds', () => 'квантомеханика'],
];
for (const [name, text] of kinds) {
  const times = new Float64Array(ASKED_TIMES);
  let found = 0;
  for (let at = 0; at < ASKED_TIMES; at += 1) {
    const started = performance.now();
    const { hits, clients: named } = await search(deps, request(text()));
    times[at] = performance.now() - started;
    found += hits.length + named.length;
  }
  times.sort();
  const percentile = (share: number) => times[Math.ceil(share * ASKED_TIMES) - 1]!.toFixed(1);
  print(
    `${name}: p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)}, worst ${percentile(1)}; ${(found / ASKED_TIMES).toFixed(1)} found`,
  );
}

function request(text: string): SearchRequest {
  return {
    text,
    communityIds: null,
    kinds: null,
    personId: null,
    hasFile: false,
    conversation: null,
    from: null,
    before: null,
    order: 'newest',
    after: null,
    limit: 20,
  };
}

/** Straight into the collections: what is measured is the index. */
async function fill(): Promise<void> {
  const textOf = createTexts(random);
  const beganMs = Date.now() - 30 * 86_400_000;
  const THREADS_AT_ONCE = 250;
  const threads = Math.ceil(total / MESSAGES_PER_THREAD);
  for (let start = 0; start < threads; start += THREADS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(THREADS_AT_ONCE, threads - start) }, (_, at) => ({
      _id: new Types.ObjectId(),
      companyId,
      communityId,
      network: 'vk',
      peerId: String(start + at),
      clientId: new Types.ObjectId(),
      clientName: `${rareWord(start + at)} ${rareWord((start + at) * 7)}ов`,
      clientHasAvatar: false,
      status: 'open',
      isResolved: false,
      snoozedUntil: null,
      assigneeId: null,
      labels: [],
      lastMessage: null,
      lastSeq: MESSAGES_PER_THREAD,
      replyCount: 0,
      answeredReplyCount: 0,
      waitingSince: null,
      isWaiting: false,
      lastActivityAt: new Date(),
      canWrite: true,
      isMatched: false,
      tailPosition: 0,
      clientReadPosition: 0,
      revision: 1,
      createdAt: new Date(beganMs),
    }));
    await conversations.collection.insertMany(rows as never);
    await messages.collection.insertMany(
      rows.flatMap((row, at) =>
        Array.from({ length: MESSAGES_PER_THREAD }, (_, no) => ({
          companyId,
          communityId,
          conversationId: row._id,
          clientId: row.clientId,
          peerId: row.peerId,
          seq: no + 1,
          kind: no % 2 === 0 ? 'reply' : 'answer',
          direction: no % 2 === 0 ? 'in' : 'out',
          authorType: no % 2 === 0 ? 'client' : 'agent',
          authorName: '',
          text: textOf((start + at) * MESSAGES_PER_THREAD + no),
          attachments: [],
          uploadIds: [],
          replyTo: null,
          forwarded: [],
          status: 'received',
          statusHistory: [],
          failure: null,
          reactions: [],
          sentAt: new Date(beganMs + Math.floor(random() * 30 * 86_400_000)),
          editedAt: null,
          deletedAt: null,
          isBackfilled: false,
          version: 0,
          createdAt: new Date(),
        })),
      ) as never,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
