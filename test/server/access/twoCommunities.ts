/**
 * One desk with two communities, and the things of the southern one that nobody of the northern one may see: in its
 * names, texts, labels, notes, variables and phones stands a mark.
 */
import { randomUUID } from 'node:crypto';
import { EJSON } from 'bson';
import { Types } from 'mongoose';
import { sampleCommunity, sampleOkGroup } from '../../../server/sandbox/sample.ts';
import type { Role } from '../../../shared/schemas/person.ts';
import { type DeskClient, signIn } from '../../support/deskProcess.ts';
import { type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import type { Inbox } from '../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

export const southMark = 'Югометка';
export const northMark = 'Северометка';
const southPhone = '+79995551717';
const sharedPhone = '+79995551818';
const [south, north, shared] = [2101, 2102, 2103];
const { okGroupId } = sampleOkGroup;
const { groupId } = sampleCommunity;

/** Somebody at the door. `role` null: signed out. */
export interface Caller {
  role: Role | null;
  sees: 'north' | 'nothing';
  cookie: string;
  /** Every event that the server pushed to this person's tab. */
  pushed: { event: string; json: string }[];
  inbox: Inbox | null;
}

export interface Things {
  communityId: string;
  conversationId: string;
  clientId: string;
  phone: string;
  /** Messages of the thread: a failed answer, and one with a picture. */
  failedId: string;
  pictureId: string;
  /** Service messages: one that waits, and one that a person could send again. */
  /** A file of the thread, which an administrator has made. */
  transcriptId: string;
  waitingId: string;
  endedId: string;
}

export interface TwoCommunities extends AsyncDisposable {
  desk: ServiceDesk;
  admin: DeskClient;
  /** Sees both communities. */
  overseer: Inbox;
  overseen: Caller['pushed'];
  callers: Caller[];
  south: Things;
  northId: string;
  /** Who resolved the southern conversation that has a mark. */
  raterId: string;
  /** An administrator's, of the southern conversation. */
  sampleId: string;
  reviewId: string;
  northConversationId: string;
  /** A client of both communities: their conversations are with one person. */
  shared: { clientId: string; southConversationId: string; southServiceMessageId: string };
  /** A service message that the southern community tried before the northern one. */
  wentOnId: string;
  templateId: string;
  /** A list that may be sent through the southern community. */
  campaignId: string;
  /** The southern things as they are stored now. */
  stored(): Promise<string>;
  clientWrites(text: string): void;
}

export async function openTwoCommunities(): Promise<TwoCommunities> {
  const store = await openTestStore();
  const desk = await startServiceDesk({ env: { MONGODB_URI: store.uri } });
  const { admin } = desk;
  await desk.approve('southOnly', { networks: ['ok'] });
  const { control } = desk.sandbox;
  const overseer = await desk.openInbox(admin);
  const overseen = record(overseer.socket);
  const { communities } = await admin.call('listCommunities');
  const southId = communities.find(({ network }) => network === 'ok')!.id;
  const northId = desk.vkCommunityId;
  await until('both communities to be live', async () =>
    (await admin.call('bootstrap')).communities.every(({ connection }) => connection.state === 'live'),
  );

  control.createUser({ userId: south, firstName: southMark, phone: southPhone, okUserId: 'user:7101' });
  control.createUser({ userId: north, firstName: northMark, phone: '+79995551919' });
  control.createUser({ userId: shared, firstName: 'Общая', phone: sharedPhone, okUserId: 'user:7103' });
  const southWrites = (text: string, userId = south) =>
    control.okClientSends({ okGroupId, userId, text, imageUrls: [] });
  southWrites(`${southMark} пишет`);
  southWrites(`${southMark} и общая`, shared);
  control.clientSends({ groupId, userId: north, text: `${northMark} пишет` });
  control.clientSends({ groupId, userId: shared, text: 'Общая пишет' });
  const came = async (text: string) => {
    const { conversationId } = await overseer.nextMessage(text, (message) => message.text === text);
    const { row } = await overseer.nextChange(
      `the name of ${text}`,
      ({ row: each }) => each.id === conversationId && !/^id|^$/.test(each.client.name),
    );
    return { conversationId, clientId: row.client.id };
  };
  const own = await came(`${southMark} пишет`);
  const southShared = await came(`${southMark} и общая`);
  const northern = await came(`${northMark} пишет`);
  const northShared = await came('Общая пишет');

  const { pictureId, failedId, transcriptId } = await fillThread(desk, store, own.conversationId);
  const { me, people: everybody } = await admin.call('bootstrap');
  await markConversation(store, own, me.id);
  const agentId = everybody.find(({ role }) => role === 'agent')!.id;
  const reviewed = await reviewConversation(store, own, { authorId: me.id, agentId });
  for (const [clientId, phone] of [
    [own.clientId, southPhone],
    [northShared.clientId, sharedPhone],
  ] as const)
    await admin.call('bondPhone', { params: { clientId }, body: { phone } });
  await admin.call('mergeClients', {
    params: { clientId: northShared.clientId },
    body: { otherClientId: southShared.clientId },
  });

  const sendAt = new Date(Date.now() + 3600_000).toISOString();
  const sends = (phone: string, route: string[], order = southMark) =>
    desk.send({ phone, route, sendAt, variables: { order } });
  const [waitingId, endedId, southServiceMessageId, wentOnId] = await Promise.all([
    sends(southPhone, ['ok']),
    sends(southPhone, ['ok']),
    sends(sharedPhone, ['ok']),
    sends(sharedPhone, ['ok', 'vk'], 'первый'),
  ]);
  const serviceMessages = store.connection.collection('serviceMessages');
  await serviceMessages.updateOne(
    { _id: new Types.ObjectId(endedId) },
    { $set: { status: 'undelivered', endCode: 'networkRefused' }, $unset: { outbox: 1, expiryDueAt: 1 } },
  );
  const next = { network: 'vk', communityId: new Types.ObjectId(northId), startedAt: new Date() };
  await serviceMessages.updateOne(
    { _id: new Types.ObjectId(wentOnId) },
    { $set: { communityId: next.communityId }, $push: { tries: next as never } },
  );
  const avatarSourceUrl = `${desk.sandbox.url}/avatars/${south}.svg`;
  await store.connection
    .collection('communities')
    .updateOne(
      { _id: new Types.ObjectId(southId) },
      { $set: { name: `${southMark} в ОК`, avatarSourceUrl } },
    );
  await store.connection
    .collection('clients')
    .updateOne({ _id: new Types.ObjectId(own.clientId) }, { $set: { avatarSourceUrl } });

  const campaignId = await importList(desk);
  const callers = await openCallers(desk, northId);
  const { templates } = await admin.call('listTemplates', { query: {} });

  return {
    desk,
    admin,
    overseer,
    overseen,
    callers,
    south: {
      communityId: southId,
      ...own,
      phone: southPhone,
      failedId,
      pictureId,
      waitingId,
      endedId,
      transcriptId,
    },
    northId,
    raterId: me.id,
    ...reviewed,
    northConversationId: northern.conversationId,
    shared: {
      clientId: northShared.clientId,
      southConversationId: southShared.conversationId,
      southServiceMessageId,
    },
    wentOnId,
    templateId: templates[0]!.id,
    campaignId,
    stored: () => readStored(store, southId, [own.clientId, northShared.clientId]),
    clientWrites: southWrites,
    async [Symbol.asyncDispose]() {
      for (const { inbox } of callers) inbox?.socket.disconnect();
      await desk[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

async function importList({ url, admin }: ServiceDesk): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([`Телефон;Имя\n${southPhone};${southMark}\n`]), `${southMark}.csv`);
  const headers = { cookie: admin.cookie, origin: url };
  const answer = await fetch(`${url}/api/mailings`, { method: 'POST', headers, body: form });
  return ((await answer.json()) as { id: string }).id;
}

/** What each of the callers is, in their order. */
export const callerNames = [
  'nobody signed in',
  'an agent who sees the north only',
  'an agent who sees no community',
  'a supervisor who sees the north only',
  'a supervisor who sees no community',
];

/** The sample people, with other rights, and one more. */
async function openCallers(desk: ServiceDesk, northId: string): Promise<Caller[]> {
  const { admin } = desk;
  const [email, password] = ['zoya@example.com', 'correct horse battery'];
  await admin.call('addPerson', {
    body: { name: 'Зоя', email, password, role: 'supervisor', communityIds: [] },
  });
  const { people } = await admin.call('listPeople');
  async function signedIn(who: string, role: 'agent' | 'supervisor', sees: Caller['sees']): Promise<Caller> {
    const personId = people.find((person) => person.email.startsWith(who))!.id;
    const communityIds = sees === 'north' ? [northId] : [];
    await admin.call('changePerson', { params: { personId }, body: { role, communityIds } });
    const client =
      who === 'zoya'
        ? await signIn(desk.url, email, password)
        : await desk.as(`${who}@example.com` as 'anna@example.com');
    const inbox = await desk.openInbox(client);
    return { role, sees, cookie: client.cookie, pushed: record(inbox.socket), inbox };
  }
  return [
    { role: null, sees: 'nothing', cookie: '', pushed: [], inbox: null },
    ...(await Promise.all([
      signedIn('anna', 'agent', 'north'),
      signedIn('ivan', 'agent', 'nothing'),
      signedIn('maria', 'supervisor', 'north'),
      signedIn('zoya', 'supervisor', 'nothing'),
    ])),
  ];
}

/** Keeps every event that a tab gets from now on. */
export function record(socket: Pick<Inbox['socket'], 'onAny'>): Caller['pushed'] {
  const pushed: Caller['pushed'] = [];
  socket.onAny((event: string, ...data: unknown[]) => pushed.push({ event, json: JSON.stringify(data) }));
  return pushed;
}

/** An answer with a picture, a note, a label, an assignee and a failed answer. */
async function fillThread(
  { admin, url }: ServiceDesk,
  store: TestStore,
  conversationId: string,
): Promise<Pick<Things, 'pictureId' | 'failedId' | 'transcriptId'>> {
  const params = { conversationId };
  const form = new FormData();
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  form.set('file', new Blob([png], { type: 'image/png' }), `${southMark}.png`);
  const headers = { cookie: admin.cookie, origin: url };
  const uploaded = await fetch(`${url}/api/uploads`, { method: 'POST', headers, body: form });
  const { id } = (await uploaded.json()) as { id: string };
  const answer = async (text: string, uploadIds: string[] = []) =>
    (await admin.call('sendAnswer', { params, body: { clientToken: randomUUID(), text, uploadIds } })).id;
  const [pictureId, failedId] = await Promise.all([
    answer(`${southMark} на картинке`, [id]),
    answer(`${southMark} не дошёл`),
  ]);
  // A later change of their status would be one of the south.
  await until(
    'both answers as sent',
    async () => {
      const { messages } = await admin.call('listMessages', { params });
      return messages.filter(({ kind, status }) => kind === 'answer' && status === 'sent').length === 2;
    },
    { timeoutMs: 45_000 },
  );
  await admin.call('addNote', { params, body: { clientToken: randomUUID(), text: `${southMark} заметка` } });
  await admin.call('setLabels', { params, body: { labels: [southMark] } });
  await until('the search to know the note', async () => {
    const { hits } = await admin.call('search', { query: { text: `${southMark} заметка` } });
    return hits.length > 0;
  });
  await store.connection.collection('messages').updateOne(
    { _id: new Types.ObjectId(failedId) },
    {
      $set: { status: 'failed', failure: { code: 'contentRefused', networkCode: null, isRetryable: true } },
    },
  );
  const { id: transcriptId } = await admin.call('requestTranscript', {
    body: { format: 'html', language: 'ru', withNotes: true, conversationIds: [params.conversationId] },
  });
  await until('the transcript to be made', async () => {
    const { transcripts } = await admin.call('listTranscripts');
    return transcripts.some(({ id: made, state }) => made === transcriptId && state === 'done');
  });
  return { pictureId, failedId, transcriptId };
}

/** A mark whose comment is what the client wrote first. */
async function markConversation(
  { connection }: TestStore,
  { conversationId, clientId }: Pick<Things, 'conversationId' | 'clientId'>,
  personId: string,
): Promise<void> {
  const of = { conversationId: new Types.ObjectId(conversationId) };
  const comment = await connection.collection('messages').findOne({ ...of, kind: 'reply' });
  const at = new Date('2026-06-01T12:00Z');
  await connection.collection('ratings').insertOne({
    ...of,
    companyId: comment!.companyId,
    communityId: comment!.communityId,
    clientId: new Types.ObjectId(clientId),
    personId: new Types.ObjectId(personId),
    seq: 1,
    askedAt: at,
    mark: 1,
    markedAt: at,
    markSeq: 3,
    commentId: comment!._id,
  });
}

/** A resolved case of an agent who sees the north alone, in a sample, and its review. */
async function reviewConversation(
  { connection }: TestStore,
  { conversationId }: Pick<Things, 'conversationId'>,
  { authorId, agentId }: { authorId: string; agentId: string },
): Promise<{ sampleId: string; reviewId: string }> {
  const of = { conversationId: new Types.ObjectId(conversationId) };
  const { companyId, communityId } = (await connection.collection('messages').findOne(of))!;
  const at = new Date('2026-06-01T12:00Z');
  const state = { caseSince: null, isAnswered: false, waitingSince: null, waitedMs: 0, messages: 0 };
  const partId = `${conversationId}.999`;
  await connection.collection('threadParts').insertOne({
    _id: partId as never,
    ...of,
    companyId,
    communityId,
    nth: 999,
    fromSeq: 1,
    lastSeq: 1,
    isClosed: true,
    start: { ...state, hasResolved: false, resolvedBy: null, answeredEntries: [] },
    end: { ...state, hasResolved: true, resolvedBy: agentId, answeredEntries: [] },
    adds: [],
    measured: {},
    labels: [],
    late: [],
    resolvedAt: at,
    settings: '',
    step: 0,
  });
  const place = { communityId, seq: 1, personId: new Types.ObjectId(agentId) };
  const review = await connection.collection('reviews').insertOne({
    ...of,
    ...place,
    companyId,
    resolutionId: new Types.ObjectId(),
    authorId: new Types.ObjectId(authorId),
    authorName: 'Администратор',
    marks: [],
    average: 2,
    comment: `${southMark} ждала долго`,
    createdAt: at,
    amendedAt: null,
    version: 0,
  });
  const sample = await connection.collection('qualitySamples').insertOne({
    companyId,
    ownerId: new Types.ObjectId(authorId),
    from: '2026-06-01',
    to: '2026-06-01',
    communityId: null,
    personId: null,
    label: null,
    seed: 'a',
    cases: [{ ...of, ...place, partId, firstMessageId: null, resolvedAt: at }],
    isCut: false,
    createdAt: new Date(),
  });
  return { sampleId: String(sample.insertedId), reviewId: String(review.insertedId) };
}

async function readStored({ connection }: TestStore, southId: string, clientIds: string[]): Promise<string> {
  const communityId = new Types.ObjectId(southId);
  const _id = { $in: clientIds.map((id) => new Types.ObjectId(id)) };
  const rows = {
    conversations: { communityId },
    messages: { communityId },
    serviceMessages: { $or: [{ communityId }, { 'tries.communityId': communityId }] },
    clients: { _id },
    quota: { _id: { $regex: `^${southId}` } },
    mailings: { fileName: `${southMark}.csv` },
  };
  const found = await Promise.all(
    Object.entries(rows).map(([name, filter]) =>
      connection
        .collection(name)
        // The search index takes its mark away when it has read a thread.
        .find(filter as never, { projection: { searchFrom: 0, figuresFrom: 0, caseWaitedMs: 0 } })
        .sort({ _id: 1 })
        .toArray(),
    ),
  );
  const community = await connection
    .collection('communities')
    .findOne({ _id: communityId }, { projection: { name: 1, isEnabled: 1, notify: 1, tokenSealed: 1 } });
  return EJSON.stringify([...found, community], undefined, 1);
}
