/**
 * Each change of a person whose line of the audit is lost right after it is in the audit all the same, as not confirmed.
 * Every action of the audit has its line in the table: a change, or the reason why its line cannot be lost.
 */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AuditLine, auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createAudited } from '../../../server/audit/audited.ts';
import { auditIntentModel, CONFIRMED_WITHIN_MS, createAuditIntents } from '../../../server/audit/intents.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import { deadLetterModel } from '../../../server/deadLetters/deadLetter.model.ts';
import { createDeadLetters } from '../../../server/deadLetters/deadLetters.ts';
import { dropDeadLetter, retryDeadLetter } from '../../../server/deadLetters/letterActions.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import type { AuditAction } from '../../../shared/schemas/auditActions.ts';
import { retentionKinds } from '../../../shared/schemas/personalData.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import { writesTo } from '../../support/storeProxy.ts';
import { until } from '../../support/until.ts';

const groupId = 100_500;
const otherGroup = { groupId: 100_777, name: 'Мастерская', token: 'another-token' };
let store: FaultyStore;
let desk: ServiceDesk;
let admin: DeskClient;

interface Subjects {
  personId: string;
  communityId: string;
  clientId: string;
  otherClientId: string;
  campaignId: string;
  keyId: string;
  waitingId: string;
  endedId: string;
}
let subjects: Subjects;

beforeAll(async () => {
  store = await openFaultyStore();
  desk = await startServiceDesk({ env: { MONGODB_URI: store.uri } });
  ({ admin } = desk);
  subjects = await makeSubjects();
}, 120_000);
afterEach(() => store?.proxy.heal());
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

async function clientOf(userId: number, text: string): Promise<string> {
  desk.sandbox.control.clientSends({ groupId, userId, text });
  return (await rowWith(text)).client.id;
}

const rowWith = (text: string) =>
  until(`the conversation of ${text}`, async () => {
    const { rows } = await admin.call('listConversations', { query: {} });
    return rows.find(({ lastMessage }) => lastMessage?.excerpt === text);
  });

async function makeSubjects(): Promise<Subjects> {
  const { people } = await admin.call('listPeople');
  const clientId = await clientOf(2002, 'Первый');
  const otherClientId = await clientOf(2003, 'Второй');
  const sendAt = new Date(Date.now() + 3600_000).toISOString();
  const [waitingId, endedId] = await Promise.all([desk.send({ sendAt }), desk.send({ sendAt })]);
  await store.direct
    .collection('serviceMessages')
    .updateOne(
      { _id: new Types.ObjectId(endedId) },
      { $set: { status: 'undelivered', endCode: 'networkRefused' }, $unset: { outbox: 1, expiryDueAt: 1 } },
    );
  desk.sandbox.control.createCommunity(otherGroup);
  return {
    personId: people.find(({ email }) => email === 'ivan@example.com')!.id,
    communityId: desk.vkCommunityId,
    clientId,
    otherClientId,
    campaignId: await readyCampaign(),
    keyId: (await admin.call('listApiKeys')).keys[0]!.id,
    waitingId,
    endedId,
  };
}

async function readyCampaign(): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob(['Телефон;Заказ\n+79990000004;№ 1\n']), 'list.csv');
  const headers = { cookie: admin.cookie, origin: desk.url };
  const added = await fetch(`${desk.url}/api/mailings`, { method: 'POST', headers, body: form });
  const { id: mailingId } = (await added.json()) as { id: string };
  const body = { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } };
  await admin.call('matchColumns', { params: { mailingId }, body });
  await until('the list to be checked', async () => {
    const { state } = await admin.call('readMailing', { params: { mailingId } });
    return state === 'ready';
  });
  return mailingId;
}

const moveTo = (body: { move: 'pause' | 'resume' | 'cancel' } | { move: 'start'; startAt: string }) => () =>
  admin.call('moveMailing', { params: { mailingId: subjects.campaignId }, body });
const changeCommunity = (body: object) => () =>
  admin.call('changeCommunity', { params: { communityId: subjects.communityId }, body });
const changePerson = (body: object) => () =>
  admin.call('changePerson', { params: { personId: subjects.personId }, body });
const ofKey = () => ({ params: { keyId: subjects.keyId } });
const ofClient = () => ({ params: { clientId: subjects.clientId } });

const inOwnDocument = 'its line is stored with the change, in the same document';
const writtenBefore = 'its line is written before it is done';
const notAPersons = 'it is no change of a person';

/** In the order in which one may follow the other. */
const changes: Record<AuditAction, (() => Promise<unknown>) | string> = {
  'template.created': inOwnDocument,
  'template.edited': inOwnDocument,
  'template.submitted': inOwnDocument,
  'template.withdrawn': inOwnDocument,
  'template.approved': inOwnDocument,
  'template.rejected': inOwnDocument,
  'template.archived': inOwnDocument,
  'template.restored': inOwnDocument,
  'company.changed': inOwnDocument,
  'company.bankSet': inOwnDocument,
  'company.bankLifted': inOwnDocument,
  'company.phoneBlocked': inOwnDocument,
  'company.phoneUnblocked': writtenBefore,
  'deliveries.exportBegun': writtenBefore,
  'deliveries.exported': notAPersons,
  'transcript.requested': writtenBefore,
  'transcript.finished': notAPersons,
  'transcript.downloaded': writtenBefore,
  'person.signInRefused': notAPersons,
  'person.passwordReset': 'a command, by the same code as the changes of people',

  'mailing.start': () => moveTo({ move: 'start', startAt: new Date(Date.now() + 3600_000).toISOString() })(),
  'mailing.pause': moveTo({ move: 'pause' }),
  'mailing.resume': moveTo({ move: 'resume' }),
  'mailing.cancel': moveTo({ move: 'cancel' }),
  'delivery.cancelled': () => admin.call('cancelDelivery', { params: { messageId: subjects.waitingId } }),
  'delivery.triedAgain': () => admin.call('tryDeliveriesAgain', { body: { messageIds: [subjects.endedId] } }),
  'client.phoneBonded': () => admin.call('bondPhone', { ...ofClient(), body: { phone: '+79990000002' } }),
  'client.phoneUnbonded': () => admin.call('unbondPhone', ofClient()),
  'client.merged': () =>
    admin.call('mergeClients', { ...ofClient(), body: { otherClientId: subjects.otherClientId } }),
  'client.detached': () =>
    admin.call('detachBond', { ...ofClient(), body: { network: 'vk', externalUserId: '2003' } }),
  'apiKey.made': () => admin.call('makeApiKey', { body: { name: 'Lost', rights: ['send'] } }),
  'apiKey.changed': () => admin.call('changeApiKey', { ...ofKey(), body: { ratePerMinute: 2_000 } }),
  'apiKey.rotated': () => admin.call('rotateApiKey', { ...ofKey(), body: { overlapHours: 1 } }),
  'apiKey.webhookSecretRenewed': () => admin.call('renewWebhookSecret', ofKey()),
  'retention.set': async () => {
    const { periods, revision } = await admin.call('readRetention');
    await admin.call('setRetention', {
      body: { periods: { ...periods, register: retentionKinds.register.daysUsual + 1 }, revision },
    });
  },
  'community.gatewayChanged': () =>
    admin.call('changeGateway', {
      params: { communityId: subjects.communityId },
      body: { baseUrl: 'https://gateway.example.com', service: 'shop' },
    }),
  'community.gatewayRemoved': () =>
    admin.call('removeGateway', { params: { communityId: subjects.communityId } }),
  'community.eventRetried': 'tried below',
  'community.eventDropped': 'tried below',
  'community.connected': () =>
    admin.call('connectCommunity', {
      body: { network: 'vk', token: otherGroup.token, intake: { longPoll: true, webhook: false } },
    }),
  'community.tokenChanged': changeCommunity({ token: 'sandbox-token' }),
  'community.intakeChanged': changeCommunity({ intake: { longPoll: true, webhook: false } }),
  'community.switchedOff': changeCommunity({ isEnabled: false }),
  'community.switchedOn': changeCommunity({ isEnabled: true }),
  'community.ratingOn': changeCommunity({ asksRating: true }),
  'community.ratingOff': changeCommunity({ asksRating: false }),
  'community.ratingQuestionChanged': changeCommunity({ ratingQuestion: 'Как мы справились?' }),
  'person.added': () =>
    admin.call('addPerson', {
      body: {
        name: 'Зоя',
        email: 'zoya@example.com',
        password: 'correct horse battery',
        role: 'agent',
        communityIds: null,
      },
    }),
  'person.changed': changePerson({ name: 'Иван Сидоров' }),
  'person.emailChanged': changePerson({ email: 'ivan.petrov@example.com' }),
  'person.passwordSet': changePerson({ password: 'correct horse battery 2' }),
  'person.switchedOff': changePerson({ isActive: false }),
  'person.switchedOn': changePerson({ isActive: true }),
  'person.signedIn': () => desk.as('maria@example.com'),
  'person.passwordChanged': 'by the same code as the other changes of people',
  'person.sessionsEnded': 'by the same code as the other changes of people',
  'review.written': 'by the same code as the changes of people',
  'review.amended': 'by the same code as the changes of people',
  'cannedAnswer.added': () =>
    admin.call('addCannedAnswer', {
      body: { name: 'Приветствие', folder: '', text: 'Здравствуйте!', isShared: true },
    }),
  'cannedAnswer.changed': 'by the same code as one that is added',
  'cannedAnswer.deleted': 'by the same code as one that is added',
  'cannedAnswer.folderRenamed': 'by the same code as one that is added',
  'cannedAnswer.imported': 'by the same code as one that is added',
};

const linesOf = (action: AuditAction) =>
  auditModel(store.direct).find({ action }).sort({ at: 1 }).lean<AuditLine[]>();
const sweep = () => {
  const audit = createAudit(auditModel(store.direct));
  const auditIntents = auditIntentModel(store.direct);
  return createAuditIntents({ auditIntents, audit }).sweep(
    new Date(Date.now() + CONFIRMED_WITHIN_MS + 1_000),
  );
};

/** Does the change while no line can be stored, and returns the lines that it left once they were swept. */
async function losingLine(action: AuditAction, change: () => Promise<unknown>, error: string) {
  await sweep();
  const before = new Set((await linesOf(action)).map(({ _id }) => _id));
  store.proxy.fail({ kind: 'notPrimary', work: 'undone' }, { of: writesTo('audit') });
  await expect(change()).rejects.toThrow(error);
  store.proxy.heal();
  const newLines = async () => (await linesOf(action)).filter(({ _id }) => !before.has(_id));
  expect(await newLines()).toEqual([]);
  await sweep();
  expect(await auditIntentModel(store.direct).countDocuments()).toBe(0);
  return newLines();
}

it('a repeat takes the phone’s messages out of the thread, where a failing store had left them', async () => {
  const at = { groupId, userId: 2005 };
  const messageId = await desk.send({ phone: '+79990000005' });
  await desk.untilStatus(messageId, 'delivered');
  const cmid = desk.sandbox.control.snapshot(at).messages.at(-1)!.conversation_message_id;
  desk.sandbox.control.clientPressesButton({ ...at, cmid, row: 0, column: 0 });
  const row = await rowWith('Заберу сегодня');
  const kinds = async () => {
    const { messages } = await admin.call('listMessages', { params: { conversationId: row.id } });
    return messages.map(({ kind }) => kind);
  };
  await until('the message to be in the thread', async () => (await kinds()).includes('service'));
  const unbond = () => admin.call('unbondPhone', { params: { clientId: row.client.id } });
  await losingLine('client.phoneUnbonded', unbond, '503');
  expect(await kinds()).toContain('service');
  await unbond();
  expect(await kinds()).not.toContain('service');
});

describe('a line that is lost right after its change is written as not confirmed', () => {
  const tried = Object.entries(changes).filter(([, change]) => typeof change === 'function');

  it.each(tried as [AuditAction, () => Promise<unknown>][])('%s', async (action, change) => {
    const lines = await losingLine(action, change, '503');
    const personName = action === 'person.signedIn' ? 'Мария Орлова' : 'Администратор';
    expect(lines).toMatchObject([{ personName, details: { isUnconfirmed: true } }]);
  });
});

describe('an event that was kept aside', () => {
  it.each([
    ['community.eventRetried', retryDeadLetter],
    ['community.eventDropped', dropDeadLetter],
  ] as const)('leaves its line too: %s', async (action, act) => {
    const { connection } = store;
    const community = await communityModel(store.direct).findById(subjects.communityId).orFail().lean();
    const sealing = createSealing(Buffer.alloc(32, 7));
    const deps = {
      companyId: community.companyId,
      deadLetters: deadLetterModel(connection),
      communities: communityModel(connection),
      audited: createAudited({
        auditLines: auditModel(connection),
        auditIntents: auditIntentModel(connection),
      }),
      sealing,
      ingestAgain: async () => undefined,
      reasonOf: () => null,
    };
    const about = { id: subjects.communityId, network: 'vk', externalId: String(groupId) } as const;
    await createDeadLetters(deps).keep(
      about,
      { peerId: null, form: 'update', eventType: 'message_new', identity: action, raw: '{}', isWhole: true },
      { cause: 'store', name: 'Error', code: null },
    );
    const letter = await deadLetterModel(store.direct).findOne().orFail().lean();
    const by = { id: 'a'.repeat(24), name: 'Администратор' };
    const lines = await losingLine(action, () => act(deps, letter._id, by), 'primary');
    expect(lines).toMatchObject([{ details: { event: 'message_new', isUnconfirmed: true } }]);
    expect(await deadLetterModel(store.direct).countDocuments({ _id: letter._id })).toBe(0);
  });
});
