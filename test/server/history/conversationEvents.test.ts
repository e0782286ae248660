/** The events of a long conversation, page by page: each once, the newest first, measured as in one pass. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerModel } from '../../../server/accessRegister/register.model.ts';
import { createRegister } from '../../../server/accessRegister/register.ts';
import { apiKeyModel } from '../../../server/apiKeys/apiKey.model.ts';
import { campaignModels } from '../../../server/campaigns/campaign.model.ts';
import { blankDraft, systemDraft } from '../../../server/conversations/thread/thread.ts';
import { listConversationEvents } from '../../../server/history/conversationEvents.ts';
import { serviceMessageModel } from '../../../server/serviceMessages/serviceMessage.model.ts';
import type { ConversationEvent } from '../../../shared/schemas/history.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { anna, companyId, openThreads, type TestThreads } from '../conversations/thread/threadFixture.ts';
import { storedMessage } from '../deliveryReports/seededMessages.ts';

let threads: TestThreads;
let store: TestStore;
let deps: Parameters<typeof listConversationEvents>[0];
const personIds = { anna: anna.id, ivan: new Types.ObjectId().toHexString() };
const startMs = Date.UTC(2026, 0, 1, 8);
const at = (minute: number) => new Date(startMs + minute * 60_000);

beforeAll(async () => {
  threads = await openThreads();
  store = await openTestStore();
  const { messages } = threads.createDeps();
  const { campaigns } = campaignModels(store.connection);
  deps = {
    companyId,
    messages,
    serviceMessages: serviceMessageModel(store.connection),
    registerLines: registerModel(store.connection),
    apiKeys: apiKeyModel(store.connection),
    campaigns,
    nameOfPerson: async (id) => (id === personIds.anna ? 'Анна Соколова' : null),
  };
  const { serviceMessages, registerLines, apiKeys } = deps;
  await store.build([serviceMessages, registerLines, apiKeys, campaigns] as never);
});
afterAll(async () => {
  await store?.[Symbol.asyncDispose]();
  await threads?.[Symbol.asyncDispose]();
});

async function allPages(conversationId: Types.ObjectId) {
  const pages: ConversationEvent[][] = [];
  let cursor: string | undefined;
  do {
    const page = await listConversationEvents(deps, conversationId, cursor);
    expect(page.events.length).toBeLessThanOrEqual(50);
    pages.push(page.events);
    cursor = page.nextCursor ?? undefined;
    expect(pages.length).toBeLessThan(100);
  } while (cursor !== undefined);
  return pages.flat();
}

it('lists each event once and in order, and measures rounds that begin on other pages', async () => {
  const conversation = await threads.open(0);
  const { messages } = deps;
  const base = {
    ...blankDraft(at(0)),
    companyId,
    communityId: conversation.communityId,
    conversationId: conversation._id,
    clientId: conversation.clientId,
    peerId: conversation.peerId,
    version: 0,
  };
  const kindAt = (seq: number) => {
    // A round of 700 messages, of which the first answer comes late, and then short rounds.
    if (seq === 600) return 'answer' as const;
    if (seq === 700 || (seq > 700 && seq % 20 === 0)) return 'resolved' as const;
    if (seq > 700 && seq % 20 === 5) return 'answer' as const;
    return seq > 700 && seq % 20 === 10 ? ('note' as const) : ('reply' as const);
  };
  const stored = Array.from({ length: 1_300 }, (_, index) => {
    const seq = index + 1;
    const kind = kindAt(seq);
    const by = { personId: new Types.ObjectId(personIds.anna), authorName: anna.name };
    const draft =
      kind === 'resolved'
        ? {
            ...systemDraft(at(seq), { event: kind, personId: by.personId, personName: by.authorName }),
            ...by,
          }
        : {
            ...base,
            kind,
            direction: kind === 'reply' ? ('in' as const) : ('out' as const),
            authorType: kind === 'reply' ? ('client' as const) : ('agent' as const),
            ...(kind === 'reply' ? { authorName: 'Клиент' } : by),
            text: '',
            status: kind === 'reply' ? ('received' as const) : ('sent' as const),
          };
    return {
      ...base,
      ...draft,
      _id: new Types.ObjectId(),
      seq,
      sentAt: at(seq),
      editedAt: seq % 100 === 50 ? at(seq + 3) : null,
    };
  });
  await messages.collection.insertMany(stored as never);
  await deps.registerLines.insertMany(
    Array.from({ length: 130 }, (_, hour) => ({
      _id: `seen:${hour}:of:${conversation._id.toHexString()}`,
      companyId,
      at: at(hour * 10),
      action: 'seen',
      personId: personIds.ivan,
      personName: 'Иван',
      clientId: conversation.clientId,
      seen: ['thread'],
      details: {},
      conversationIds: [conversation._id, new Types.ObjectId()],
    })),
  );

  const events = await allPages(conversation._id);
  expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
  const times = events.map((event) => Date.parse(event.at));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const count = (kind: ConversationEvent['kind']) => events.filter((event) => event.kind === kind).length;
  expect(count('edited')).toBe(13);
  expect(count('opened')).toBe(130);
  expect(count('changed')).toBe(31);
  expect(count('answered')).toBe(31);
  expect(count('noted')).toBe(30);
  const measures = events.flatMap((event) => {
    if (event.kind === 'answered') return event.firstAnswerMs === null ? [] : [event.firstAnswerMs / 60_000];
    return event.kind === 'changed' ? [(event.resolutionMs ?? 0) / 60_000] : [];
  });
  // The oldest round last: answered after 599 minutes, resolved after 699.
  expect(measures.slice(-2)).toEqual([699, 599]);
  expect(measures.slice(0, -2)).toEqual(Array.from({ length: 30 }, () => [19, 4]).flat());
});

it('names the sender of each service message, and says when it is no longer stored', async () => {
  const conversation = await threads.open(1);
  const { thread } = threads.createDeps();
  const key = { _id: new Types.ObjectId(), companyId, name: 'CRM', consumerKey: 'consumer' };
  await deps.apiKeys.collection.insertOne(key as never);
  const senderKeys = [
    `key:${key._id.toHexString()}`,
    `person:${personIds.anna}`,
    `mailing:${new Types.ObjectId().toHexString()}`,
  ];
  for (const senderKey of senderKeys) {
    const message = storedMessage({ companyId, communityId: conversation.communityId }, { senderKey });
    await deps.serviceMessages.collection.insertOne(message as never);
    await thread.append(await threads.read(conversation), {
      ...blankDraft(new Date()),
      kind: 'service',
      direction: 'out',
      authorType: 'system',
      authorName: '',
      text: '',
      status: 'sent',
      serviceMessageId: message._id,
      service: {
        templateName: 'orderReady',
        templateVersion: 1,
        variables: {},
        buttons: [],
        imageIds: [],
        status: 'sent',
        statusAt: new Date(),
        sequence: 1,
        endCode: null,
      },
    });
  }
  const sent = (await allPages(conversation._id)).filter((event) => event.kind === 'sent');
  expect(sent.map(({ sender, templateName }) => [templateName, sender?.kind, sender?.name])).toEqual([
    ['orderReady', 'mailing', null],
    ['orderReady', 'person', 'Анна Соколова'],
    ['orderReady', 'key', 'CRM'],
  ]);
});

it('knows who opened this conversation, not another one of the same client', async () => {
  const [one, other] = [await threads.open(1), await threads.open(1)];
  const register = createRegister({ companyId, register: deps.registerLines, logger: silent, flushMs: 10 });
  const clientId = one.clientId;
  register.recordView(anna, clientId, ['card']);
  register.recordView(anna, clientId, ['thread'], one._id);
  await register.flush();
  register.recordView({ id: personIds.ivan, name: 'Иван' }, clientId, ['thread'], other._id);
  register.recordView(anna, clientId, ['thread'], one._id);
  await register.flush();
  const openedBy = async (conversationId: Types.ObjectId) =>
    (await allPages(conversationId)).flatMap((event) => (event.kind === 'opened' ? [event.by.name] : []));
  expect(await openedBy(one._id)).toEqual(['Анна Соколова']);
  expect(await openedBy(other._id)).toEqual(['Иван']);
  // The same hour, and another conversation: the line of the hour gets it as well.
  register.recordView(anna, clientId, ['thread'], other._id);
  await register.stop();
  expect((await openedBy(other._id)).sort()).toEqual(['Анна Соколова', 'Иван']);
  expect(await deps.registerLines.countDocuments({ clientId })).toBe(2);
});

it('answers a cursor that it does not know with the end, so that a tab keeps what it shows', async () => {
  const conversation = await threads.open(1);
  for (const cursor of ['x', '5~.~', '5~zz~.', '99999999999999999999~.~.'])
    expect(await listConversationEvents(deps, conversation._id, cursor)).toEqual({
      events: [],
      nextCursor: null,
    });
});
