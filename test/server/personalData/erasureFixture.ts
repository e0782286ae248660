/** A client with data in every collection of a real store, and everything that erases them. */
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { createRegister } from '../../../server/accessRegister/register.ts';
import { auditModel } from '../../../server/audit/audit.ts';
import { campaignModels } from '../../../server/campaigns/campaign.model.ts';
import { sealHeaders } from '../../../server/campaigns/head.ts';
import { importList } from '../../../server/campaigns/importList.ts';
import type { Client } from '../../../server/clients/client.model.ts';
import { bondKey } from '../../../server/clients/client.model.ts';
import { blockedPhoneModel } from '../../../server/companies/blockedPhone.model.ts';
import { conversationModel } from '../../../server/conversations/conversation.model.ts';
import { draftModel } from '../../../server/conversations/drafts/draft.model.ts';
import { saveDraft } from '../../../server/conversations/drafts/drafts.ts';
import {
  createErasedDialogues,
  erasedDialogueModel,
} from '../../../server/conversations/intake/erasedDialogues.ts';
import { createIntake } from '../../../server/conversations/intake/ingest.ts';
import type { NetworkMessage } from '../../../server/conversations/intake/networkEvent.ts';
import { createConversationStore } from '../../../server/conversations/list/conversationStore.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { addNote, sendAgentAnswer } from '../../../server/conversations/outbox/answers.ts';
import { ratingModels } from '../../../server/conversations/rating/rating.model.ts';
import { setLabels } from '../../../server/conversations/thread/actions.ts';
import { createThread } from '../../../server/conversations/thread/thread.ts';
import { deadLetterModel } from '../../../server/deadLetters/deadLetter.model.ts';
import { createDeadLetters } from '../../../server/deadLetters/deadLetters.ts';
import { createServiceEntries } from '../../../server/matching/serviceEntries.ts';
import { createErasing, type ErasingDeps } from '../../../server/personalData/erasing.ts';
import { personalDataModels } from '../../../server/personalData/models.ts';
import { sealClientPhone } from '../../../server/phones/clientPhones.ts';
import { phoneIndexOf } from '../../../server/phones/phoneIndex.ts';
import { forgetReviewComments } from '../../../server/quality/forgetComments.ts';
import { qualityModels } from '../../../server/quality/quality.model.ts';
import { relayModels } from '../../../server/realtime/relay.ts';
import { statusNoticesModel } from '../../../server/statusWebhooks/statusNotices.model.ts';
import { createFileBucket } from '../../../server/storage/fileBucket.ts';
import { forgetInTranscripts } from '../../../server/transcripts/forgetClient.ts';
import { TRANSCRIPT_BUCKET, transcriptModels } from '../../../server/transcripts/transcript.model.ts';
import { createUploadStore } from '../../../server/uploads/uploadStore.ts';
import type { Change } from '../../../shared/events.ts';
import { noServiceThreading } from '../../support/noServiceThreading.ts';
import { silent } from '../../support/store.ts';
import { type SendingOptions, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

export type ErasureFixture = Awaited<ReturnType<typeof startErasure>>;
export const admin = { id: new Types.ObjectId().toHexString(), name: 'Администратор' };
const reason = { reason: 'clientAsked', reference: '' } as const;

export async function startErasure({ store }: Pick<SendingOptions, 'store'> = {}) {
  const sending = await startSending({ channels: steeredNetwork().channels, ...(store && { store }) });
  const { companyId, sealing, clients, serviceMessages, communities, phones, statusEffects } = sending;
  const { connection } = sending.store;
  const models = {
    conversations: conversationModel(connection),
    messages: messageModel(connection),
    drafts: draftModel(connection),
    erasedDialogueRows: erasedDialogueModel(connection),
    auditLines: auditModel(connection),
    deadLetters: deadLetterModel(connection),
    blockedPhones: blockedPhoneModel(connection),
    statusNotices: statusNoticesModel(connection),
    ...campaignModels(connection),
    ...personalDataModels(connection),
    ...relayModels(connection),
    ...transcriptModels(connection),
    ...qualityModels(connection),
  };
  await sending.store.build(Object.values(models) as never);
  const uploads = createUploadStore(connection);
  await uploads.buildIndexes();
  const published: Change[] = [];
  const conversationStore = createConversationStore(models.conversations, models.messages, (change) =>
    published.push(change),
  );
  const thread = createThread(models.messages, conversationStore);
  const erasedDialogues = createErasedDialogues(models.erasedDialogueRows, sealing);
  const base = { ...models, companyId, clients, conversationStore, thread };
  const intake = createIntake({
    ...base,
    erasedDialogues,
    ...ratingModels(connection),
    serviceThreading: noServiceThreading,
    clientSeen: () => undefined,
    showTyping: () => undefined,
  });
  const register = createRegister({ companyId, register: models.register, logger: silent });
  const deps: ErasingDeps = {
    ...base,
    erasedDialogues,
    register,
    serviceMessages,
    communities,
    quota: sending.quotaRows,
    phoneReports: sending.phoneReports,
    statusEffects,
    phones,
    sealing,
    uploads,
    forgetInTranscripts: (clientId) =>
      forgetInTranscripts({ ...models, files: createFileBucket(connection, TRANSCRIPT_BUCKET) }, clientId),
    forgetInReviews: (clientId) => forgetReviewComments(models, clientId),
    forgetRelayed: async (before) => {
      await models.packets.deleteMany({ at: { $lt: before } });
    },
    logger: silent,
    timing: { lateWritesMs: 60_000, leaseMs: 60_000 },
  };
  let last = 0;

  const networkMessage = (peerId: string, position: number, text: string): NetworkMessage => ({
    peerId,
    externalId: String(position),
    position,
    direction: 'in',
    authorExternalId: peerId,
    isFromAdministrator: false,
    randomId: null,
    text,
    attachments: [],
    replyTo: null,
    forwarded: [],
    sentAt: new Date(),
    editedAt: null,
    isBackfilled: false,
  });

  const sayAs = (peerId: string, position: number, text: string) =>
    intake.ingest(sending.vk, { type: 'message', message: networkMessage(peerId, position, text) });

  /** A list of one client whose campaign is over. Returns its id. */
  async function oldCampaign(): Promise<Types.ObjectId> {
    const list = async function* () {
      yield { row: 1, cells: ['Телефон', 'Имя'] };
      yield { row: 2, cells: ['+79990009999', 'Кто-то'] };
    };
    const imported = await importList(
      { ...models, companyId, sealing },
      { fileName: 'старый.csv', rows: list() },
      { ...admin, communityIds: 'all' },
    );
    if (imported.kind !== 'taken') throw new Error('The list was not imported');
    const { _id } = imported.mailing;
    await models.campaigns.updateOne({ _id }, { $set: { state: 'done' } });
    return _id;
  }

  /** Stores a client with texts that identify them, in every place that may hold them. */
  async function plant() {
    last += 1;
    const phone = `+7916000${String(1000 + last)}`;
    const name = `Клеопатра${last}`;
    const secret = `тайна${last}`;
    const peerId = String(900_000 + last);
    const say = (position: number, text: string) => sayAs(peerId, position, text);
    await say(1, `${secret} раз`);
    const client = await clients
      .findOneAndUpdate(
        { companyId, 'bonds.key': bondKey('vk', peerId) },
        { $set: { name, avatarSourceUrl: `https://sun1.userapi.com/${secret}.jpg` } },
        { returnDocument: 'after' },
      )
      .orFail()
      .lean<Client>();
    const phoneIndex = phoneIndexOf(sealing, phone);
    await clients.updateOne(
      { _id: client._id },
      { $set: { phoneSealed: sealClientPhone(sealing, client._id, phone), phoneIndex } },
    );
    // An agent has said that this phone does not belong to another client.
    const other = await clients.create({
      companyId,
      name: 'Кто-то другой',
      bonds: [
        { key: `vk:other${last}`, network: 'vk', externalUserId: `other${last}`, bondedAt: new Date() },
      ],
      firstSeenAt: new Date(),
      refusedPhoneIndexes: [phoneIndex, `index of another phone ${last}`],
    });
    const conversation = await models.conversations.findOne({ clientId: client._id }).orFail().lean();
    await conversationStore.change(conversation._id, () => ({
      clientName: name,
      clientHasAvatar: true,
    }));
    await say(2, `${secret} два`);
    const agentId = new Types.ObjectId();
    const agent = { id: agentId.toHexString(), name: 'Анна' };
    await setLabels(
      { messages: models.messages, conversationStore, thread },
      await conversationStore.rollForward(conversation._id),
      agent,
      [secret],
    );
    const upload = await uploads.save({
      stream: Readable.from([Buffer.from(`файл ${secret}`)]),
      fileName: `${secret}.txt`,
      personId: agentId,
    });
    await uploads.claim([upload!._id], {
      personId: agentId,
      clientToken: `token-${last}-answer`,
      isStored: async () => true,
    });
    const written = { messages: models.messages, conversationStore, thread, wakeSender: () => undefined };
    const answered = await sendAgentAnswer(
      written,
      await conversationStore.rollForward(conversation._id),
      agent,
      {
        clientToken: `token-${last}-answer`,
        text: `Ответ: ${secret}`,
        uploads: [upload!],
        replyToMessageId: null,
      },
    );
    if (answered.kind !== 'written') throw new Error('The answer was not written');
    await saveDraft(models, agent.id, answered.conversation, {
      text: `Ещё не отправлено: ${secret}`,
      mode: 'answer',
      sinceSeq: 1,
      quoted: null,
      baseRevision: 0,
    });
    await addNote({ thread }, answered.conversation, agent, {
      clientToken: `token-${last}-note`,
      text: `${name}!`,
    });

    const sent = await sending.sendOne({ phone, variables: { order: `№ ${secret}` }, route: ['vk'] });
    await sending.work();
    const entries = createServiceEntries({ serviceMessages, messages: models.messages, thread });
    await entries.enter(await conversationStore.rollForward(conversation._id), sent);
    await serviceMessages.updateOne({ _id: sent._id }, { $set: { callbackData: secret } });
    const queued = await sending.sendOne({ phone, variables: { order: `№ ${secret}` } });
    await models.statusNotices.create({
      _id: sent._id,
      companyId,
      keyId: new Types.ObjectId(),
      callbackData: secret,
      moves: [],
      revision: 1,
      updatedAt: new Date(),
    } as never);
    const list = async function* () {
      yield { row: 1, cells: ['Телефон', 'Имя'] };
      yield { row: 2, cells: ['+79990009999', 'Кто-то другой'] };
      yield { row: 3, cells: [`8${phone.slice(2)}`, name] };
    };
    const imported = await importList(
      { ...models, companyId, sealing },
      { fileName: 'список.csv', rows: list() },
      { ...admin, communityIds: 'all' },
    );
    if (imported.kind !== 'taken') throw new Error('The list was not imported');
    const headless = async function* () {
      yield { row: 1, cells: [`'${phone.slice(2, 5)} ${phone.slice(5)}\u200e`, name] };
      yield { row: 2, cells: ['+79990009999', 'Кто-то другой'] };
    };
    const unnamed = await importList(
      { ...models, companyId, sealing },
      { fileName: 'без заголовков.csv', rows: headless() },
      { ...admin, communityIds: 'all' },
    );
    if (unnamed.kind !== 'taken') throw new Error('The list was not imported');
    // A person took the client for the headers.
    const { _id: unnamedId } = unnamed.mailing;
    const named = sealHeaders(sealing, unnamedId, [`8 ${phone.slice(2)}`, name]);
    await models.campaigns.updateOne({ _id: unnamedId }, { $set: { headRows: 1, ...named } });
    await models.auditLines.create({
      _id: `client:${last}`,
      companyId,
      at: new Date(),
      personId: admin.id,
      personName: admin.name,
      action: 'client.bonded',
      subject: { kind: 'client', id: client._id.toHexString(), name },
      details: {},
    });
    await models.packets.create({
      _id: `process:${last}`,
      processId: 'process',
      number: last,
      changes: [{ text: secret }],
      at: new Date(Date.now() - 60_000),
    } as never);
    await createDeadLetters({ ...models, companyId, sealing }).keep(
      sending.vk,
      {
        peerId,
        form: 'update',
        eventType: 'message_new',
        identity: `message ${peerId} 3`,
        raw: JSON.stringify({ text: secret, peerId }),
        isWhole: true,
      },
      { cause: 'store', name: 'MongoServerError', code: 15 },
    );
    const traces = [phone, phone.slice(2), phoneIndex, name, secret, peerId];
    return {
      client,
      other,
      conversation,
      phone,
      phoneIndex,
      name,
      secret,
      peerId,
      sent,
      queued,
      upload: upload!,
      traces,
      imported,
      say,
    };
  }

  return {
    ...models,
    ...deps,
    registerLines: models.register,
    sending,
    connection,
    uploads,
    intake,
    published,
    deps,
    plant,
    say: sayAs,
    oldCampaign,
    erasing: createErasing(deps),
    ask: (clientId: Types.ObjectId, name: string) =>
      createErasing(deps).ask(clientId.toHexString(), { name, ...reason }, admin),
    [Symbol.asyncDispose]: () => sending[Symbol.asyncDispose](),
  };
}
