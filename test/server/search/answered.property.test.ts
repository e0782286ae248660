/**
 * A search by how soon clients were answered finds what a plain look through the threads finds, whatever happened to
 * answers since the replies were indexed, and also in an index that does not hold it yet.
 */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientModel } from '../../../server/clients/client.model.ts';
import type { Conversation } from '../../../server/conversations/conversation.model.ts';
import { followAgain, searchAgain } from '../../../server/conversations/list/threadMarks.ts';
import type { Message } from '../../../server/conversations/message.model.ts';
import { startIndexer, usualIndexerTiming } from '../../../server/search/indexing/indexer.ts';
import { type SearchDeps, type SearchRequest, search } from '../../../server/search/search.ts';
import { type SearchState, searchStateModels } from '../../../server/search/searchState.model.ts';
import { createPageReader } from '../../../server/search/segments/pageReader.ts';
import { segmentModels } from '../../../server/search/segments/segment.model.ts';
import { createSegmentList } from '../../../server/search/segments/segmentList.ts';
import { createSegmentReader } from '../../../server/search/segments/segmentReader.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { type AnsweredFilter, answeredFilters } from '../../../shared/schemas/search.ts';
import { silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { drafts, type Figures, openFigures, person } from '../figures/figuresFixture.ts';

let figures: Figures;
beforeAll(async () => {
  figures = await openFigures();
  const { store, models } = figures;
  const { connection } = store;
  const own = { ...segmentModels(connection), ...searchStateModels(connection) };
  await store.build([...Object.values(own), models.messages, clientModel(connection)] as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const MINUTE_MS = 60_000;
const startMs = Date.parse('2026-02-02T09:00Z');
const thread = fc.nat(2);

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      thread,
      what: fc.constantFrom(
        'reply',
        'reply',
        'reply',
        'answer',
        'answer',
        'unseen',
        'administrator',
        'bot',
        'note',
        'service',
        'resolved',
      ),
      by: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), thread }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recognise' as const), thread }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('index' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      minutes: fc.constantFrom(1, 15, 16, 60, 61, 240, 241, 1_440, 1_441),
    }),
  },
);

async function openSearched() {
  const { companyId, conversations, messages } = await figures.openCompany();
  const { connection } = figures.store;
  const sealing = createSealing(Buffer.alloc(32, 7));
  const models = segmentModels(connection);
  const states = searchStateModels(connection);
  const pages = createPageReader(models.searchPages, { keptBytesMost: 1_000_000 });
  const segmentList = createSegmentList(models);
  const shared = { ...states, companyId, conversations, messages, sealing, segmentList };
  const indexer = startIndexer({
    ...shared,
    models,
    pages,
    clients: clientModel(connection),
    processId: 'process',
    timing: { ...usualIndexerTiming, pollMs: 5 },
    logger: silent,
  });
  const deps: SearchDeps = { ...shared, reader: createSegmentReader(pages) };
  return { deps, indexer };
}

async function indexed({ companyId, conversations, searchStates }: SearchDeps): Promise<void> {
  await until('the index to hold every change', async () => {
    const state = await searchStates.findById(companyId).lean<SearchState>();
    if (!state || state.building) return false;
    return !(await conversations.exists({ companyId, searchFrom: { $gt: 0 } }));
  });
}

type Asked = Pick<SearchRequest, 'answered' | 'personId' | 'kinds'>;

/** The ids of messages. */
async function idsOf(deps: SearchDeps, asked: Asked) {
  const { hits, nextCursor } = await search(deps, {
    text: '',
    communityIds: null,
    ...asked,
    hasFile: false,
    conversation: null,
    from: null,
    before: null,
    order: 'newest',
    after: null,
    limit: 100,
  });
  expect(nextCursor).toBeNull();
  return hits.map(({ messageId }) => messageId).sort();
}

const found = (deps: SearchDeps, answered: AnsweredFilter, personId: string | null) =>
  idsOf(deps, { answered, personId, kinds: null });

const minutesOf = { '15m': 15, '1h': 60, '4h': 240, '1d': 1_440 };

/** Who answered each reply, and after how many minutes; null where nobody did. */
async function lookedUp({ companyId, messages }: SearchDeps) {
  const all = await messages.find({ companyId }).sort({ seq: 1 }).lean<Message[]>();
  return all
    .filter(({ kind }) => kind === 'reply')
    .map((reply) => {
      const later = all.filter(
        ({ conversationId, seq }) => conversationId.equals(reply.conversationId) && seq > reply.seq,
      );
      const end = later.find(
        ({ kind, status, authorExternalId, seenReplies, system }) =>
          system?.event === 'resolved' ||
          (kind === 'answer' &&
            status !== 'failed' &&
            !authorExternalId?.startsWith('-') &&
            (!seenReplies || seenReplies.count >= reply.replyOrdinal!)),
      );
      const answer = end?.kind === 'answer' ? end : null;
      return {
        id: reply._id.toHexString(),
        by: answer?.personId?.toHexString() ?? null,
        minutes: answer ? (answer.sentAt.getTime() - reply.sentAt.getTime()) / MINUTE_MS : null,
      };
    });
}

function isWanted(filter: AnsweredFilter, minutes: number | null): boolean {
  if (filter === 'none') return minutes === null;
  const most = minutesOf[filter.replace(/^(within|over)/, '') as keyof typeof minutesOf];
  return minutes !== null && (filter.startsWith('within') ? minutes <= most : minutes > most);
}

async function expectRight(deps: SearchDeps, filters = answeredFilters as readonly AnsweredFilter[]) {
  const replies = await lookedUp(deps);
  for (const filter of filters)
    for (const by of [null, person(1).toHexString()]) {
      const wanted = replies.filter(
        (each) => isWanted(filter, each.minutes) && (by === null || each.by === by),
      );
      expect([filter, by, await found(deps, filter, by)]).toEqual([
        filter,
        by,
        wanted.map(({ id }) => id).sort(),
      ]);
    }
}

/** An answer that was recognised as a service message is found as one, and not as an answer any more. */
async function expectKinds(deps: SearchDeps): Promise<void> {
  for (const kind of ['answer', 'service'] as const) {
    const all = await deps.messages.find({ companyId: deps.companyId, kind }, { _id: 1 }).lean();
    expect([kind, await idsOf(deps, { answered: null, personId: null, kinds: [kind] })]).toEqual([
      kind,
      all.map(({ _id }) => _id.toHexString()).sort(),
    ]);
  }
}

async function newest(deps: SearchDeps, { _id }: Conversation, which: object): Promise<Message | null> {
  return deps.messages
    .findOne({ conversationId: _id, kind: 'answer', ...which })
    .sort({ seq: -1 })
    .lean<Message>();
}

it('finds the replies that were answered so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (steps) => {
      const { deps, indexer } = await openSearched();
      try {
        const threads = [
          await figures.openConversation(deps.companyId),
          await figures.openConversation(deps.companyId),
          await figures.openConversation(deps.companyId),
        ];
        let nowMs = startMs;
        let written = 0;
        for (const each of steps) {
          const at = new Date(nowMs);
          if (each.do === 'pass') nowMs += each.minutes * MINUTE_MS;
          else if (each.do === 'index') {
            await indexed(deps);
            await expectRight(deps, [answeredFilters[written++ % answeredFilters.length]!, 'none']);
          } else if (each.do === 'fail') {
            const answer = await newest(deps, threads[each.thread]!, {});
            if (answer)
              await figures.thread.amend({ _id: answer._id }, { $set: { status: 'failed' } }, searchAgain);
          } else if (each.do === 'recognise') {
            const answer = await newest(deps, threads[each.thread]!, { personId: { $exists: false } });
            if (answer)
              await figures.thread.amend({ _id: answer._id }, { $set: { kind: 'service' } }, followAgain);
          } else {
            const of = threads[each.thread]!;
            const { what, by } = each;
            const { replyCount } = await deps.conversations.findById(of._id).orFail().lean<Conversation>();
            const unseen = {
              ...drafts.answer(at, by),
              seenReplies: { count: Math.max(0, replyCount - 1), nextAt: at },
            };
            await figures.append(
              of,
              what === 'resolved'
                ? drafts.line(at, what, by)
                : what === 'administrator' || what === 'bot'
                  ? drafts.written(at, `m${written++}`, what)
                  : what === 'unseen'
                    ? unseen
                    : what === 'answer'
                      ? drafts.answer(at, by)
                      : drafts[what as 'reply' | 'note' | 'service'](at),
            );
          }
        }
        await indexed(deps);
        await expectRight(deps);
        await expectKinds(deps);
        // An index that an earlier version made: until it is built anew, each reply is looked at.
        await deps.searchStates.updateOne({ _id: deps.companyId }, { $set: { format: 2 } });
        await expectRight(deps);
      } finally {
        await indexer.stop();
      }
    }),
    { numRuns: 3 },
  );
});

it('reaches back to all replies of a long wait', async () => {
  const { deps, indexer } = await openSearched();
  try {
    const thread = await figures.openConversation(deps.companyId, new Types.ObjectId());
    for (let nth = 0; nth < 30; nth += 1)
      await figures.append(thread, drafts.reply(new Date(startMs + nth * MINUTE_MS)));
    await indexed(deps);
    expect(await found(deps, 'none', null)).toHaveLength(30);
    await figures.append(thread, drafts.answer(new Date(startMs + 40 * MINUTE_MS), 1));
    await indexed(deps);
    expect(await found(deps, 'none', null)).toEqual([]);
    expect(await found(deps, 'within15m', person(1).toHexString())).toHaveLength(5);
    expect(await found(deps, 'within1h', person(1).toHexString())).toHaveLength(30);
  } finally {
    await indexer.stop();
  }
});
