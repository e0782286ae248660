/** Each write of what people and systems do at the desk fails once, in each way: the repeat makes it whole, once. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerModel } from '../../server/accessRegister/register.model.ts';
import { createRegister } from '../../server/accessRegister/register.ts';
import { apiKeyModel } from '../../server/apiKeys/apiKey.model.ts';
import { changeKey, makeKey, renewWebhookSecret, rotateKey } from '../../server/apiKeys/changeKeys.ts';
import { createNonces } from '../../server/apiKeys/nonces.ts';
import { createRateLimits } from '../../server/apiKeys/rateLimits.ts';
import { auditModel, createAudit } from '../../server/audit/audit.ts';
import { createAudited } from '../../server/audit/audited.ts';
import { auditIntentModel } from '../../server/audit/intents.ts';
import { changeGateway, removeGateway, stopGateway } from '../../server/channels/notify/gatewaySettings.ts';
import { clientModel } from '../../server/clients/client.model.ts';
import { finishClientMerges } from '../../server/clients/clientMergeJob.ts';
import { mergeClients } from '../../server/clients/merge.ts';
import { openClient } from '../../server/clients/openClient.ts';
import { bondPhone, unbondPhone } from '../../server/clients/phoneBonds.ts';
import { phoneReportModel } from '../../server/clients/phoneReport.model.ts';
import { communityModel } from '../../server/communities/community.model.ts';
import { blockedPhoneModel } from '../../server/companies/blockedPhone.model.ts';
import { blockPhone, unblockPhone } from '../../server/companies/blockList.ts';
import { companyModel } from '../../server/companies/company.model.ts';
import { changeBankFlag, changeCompany } from '../../server/companies/companySettings.ts';
import { conversationModel } from '../../server/conversations/conversation.model.ts';
import { messageModel } from '../../server/conversations/message.model.ts';
import { qualityModels } from '../../server/quality/quality.model.ts';
import { amendReview } from '../../server/quality/reviews.ts';
import { createFileBucket, sweepOpenFiles } from '../../server/storage/fileBucket.ts';
import { openFileModel } from '../../server/storage/openFiles.model.ts';
import { createSealing } from '../../server/storage/sealing.ts';
import { createApprovedVersions } from '../../server/templates/approvedVersions.ts';
import type { TemplateAction } from '../../server/templates/life.ts';
import { templateModel, templateVersionModel } from '../../server/templates/template.model.ts';
import { applyTemplateAction, createTemplate } from '../../server/templates/templates.ts';
import { orderReady } from '../shared/templates/samples.ts';
import { failEachWrite } from '../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../support/faultyStore.ts';
import { silent } from '../support/store.ts';
import { writesTo } from '../support/storeProxy.ts';

const companyId = new Types.ObjectId();
const actor = { id: 'a'.repeat(24), name: 'Мария' };
const sealing = createSealing(randomBytes(32));
let store: FaultyStore;
let models: ReturnType<typeof modelsOf>;
let count = 0;
const next = () => ++count;
const phone = () => `+7999000${String(1000 + next())}`;

function modelsOf({ connection }: FaultyStore) {
  return {
    register: registerModel(connection),
    apiKeys: apiKeyModel(connection),
    auditLines: auditModel(connection),
    auditIntents: auditIntentModel(connection),
    clients: clientModel(connection),
    phoneReports: phoneReportModel(connection),
    blockedPhones: blockedPhoneModel(connection),
    communities: communityModel(connection),
    companies: companyModel(connection),
    openFiles: openFileModel(connection),
    conversations: conversationModel(connection),
    messages: messageModel(connection),
    reviews: qualityModels(connection).reviews,
    templates: templateModel(connection),
    versions: templateVersionModel(connection),
  };
}

beforeAll(async () => {
  store = await openFaultyStore();
  models = modelsOf(store);
  await store.build(Object.values(models) as never);
  await models.companies.create({ _id: companyId, slug: 'shop', name: 'Лавка', createdAt: new Date() });
});
afterAll(() => store?.[Symbol.asyncDispose]());

const audit = () => createAudit(models.auditLines);
const auditedAs = async (subjectId: string) =>
  (await models.auditLines.find({ 'subject.id': subjectId }).lean()).map(({ action }) => action);

describe('the company', () => {
  const settings = () => ({
    ...models,
    companyId,
    sealing,
    audit: audit(),
    keeper: { forget: () => undefined },
  });

  it('blocks a phone once, and unblocks it', async () => {
    await failEachWrite(store.proxy, {
      begin: phone,
      work: (blocked) => blockPhone(settings(), { phone: blocked, reason: 'просил' }, actor),
      async check(_, { _id, phoneIndex }) {
        expect(await models.blockedPhones.countDocuments({ phoneIndex })).toBe(1);
        expect(await models.auditLines.countDocuments({ _id: `blockedPhone:${_id}:added` })).toBe(1);
      },
    });
    await failEachWrite(store.proxy, {
      begin: () => blockPhone(settings(), { phone: phone(), reason: '' }, actor),
      work: ({ _id }) => unblockPhone(settings(), _id.toHexString(), actor),
      async check({ _id, phoneIndex }) {
        expect(await models.blockedPhones.countDocuments({ phoneIndex })).toBe(0);
        expect(await models.auditLines.countDocuments({ _id: `blockedPhone:${_id}:removed` })).toBe(1);
      },
    });
  });

  it('changes its settings, each with a line of the audit', async () => {
    await failEachWrite(store.proxy, {
      begin: () => changeBankFlag(settings(), false, actor),
      async work() {
        await changeCompany(settings(), { name: `Лавка ${next()}` }, actor);
        return changeBankFlag(settings(), true, actor);
      },
      async check(_, { isBank }) {
        expect(isBank).toBe(true);
        const lines = await auditedAs(companyId.toHexString());
        const [set, lifted] = ['company.bankSet', 'company.bankLifted'].map(
          (action) => lines.filter((each) => each === action).length,
        );
        expect(set! - lifted!).toBeOneOf([0, 1]);
        const company = await models.companies.findById(companyId).orFail().lean();
        expect(company.unaudited ?? []).toEqual([]);
      },
    });
  });
});

describe('templates', () => {
  const deps = () => ({
    companyId,
    ...models,
    audit: audit(),
    approvedVersions: createApprovedVersions(models.templates),
    holdImages: async () => undefined,
    knownImageIds: async (ids: readonly string[]) => new Set(ids),
  });
  const create = async (name: string) => {
    const created = await createTemplate(deps(), { name, title: name, content: orderReady }, actor);
    // The first call had made it, and its answer was lost.
    return created.kind === 'created'
      ? created.template
      : models.templates.findOne({ companyId, name }).orFail().lean();
  };

  it('are made once, and approved with their version and their lines', async () => {
    await failEachWrite(store.proxy, {
      begin: () => `order${next()}`,
      async work(name) {
        let template = await create(name);
        const step = async (move: TemplateAction) => {
          const { _id, revision } = template;
          const outcome = await applyTemplateAction(deps(), _id.toHexString(), { revision, move }, actor);
          if (outcome.kind !== 'moved') throw new Error(`${move.action}: ${outcome.kind}`);
          template = outcome.template;
        };
        // A person sees which steps the first call had done.
        if (template.status === 'draft') await step({ action: 'submit' });
        if (template.status === 'onReview') await step({ action: 'approve' });
        return template;
      },
      async check(name) {
        const stored = await models.templates.find({ companyId, name }).lean();
        expect(stored.map(({ status }) => status)).toEqual(['approved']);
        const versions = await models.versions.find({ templateId: stored[0]!._id }).lean();
        expect(versions.map(({ status }) => status)).toEqual(['approved']);
        expect((await auditedAs(stored[0]!._id.toHexString())).sort()).toEqual([
          'template.approved',
          'template.created',
          'template.submitted',
        ]);
      },
    });
  });
});

describe('clients', () => {
  const deps = () => ({
    ...models,
    companyId,
    sealing,
    clientConversations: {
      move: async () => undefined,
      align: async () => undefined,
      shownName: async () => undefined,
    },
  });
  const open = () => openClient(models.clients, { companyId, network: 'vk', externalUserId: `${next()}` });

  it('get a phone, lose it, and are merged, each once', async () => {
    await failEachWrite(store.proxy, {
      begin: async () => ({ client: await open(), other: await open(), phone: phone() }),
      async work({ client, other, phone: claimed }) {
        const claim = { phone: claimed, how: 'hand' as const, network: null, personName: 'Мария' };
        const bonded = await bondPhone(deps(), other._id, claim);
        // After the merge the other client is gone.
        if (bonded.kind !== 'notFound') expect(bonded.kind).toBeOneOf(['bonded', 'hasOther']);
        return mergeClients(deps(), client._id, other._id);
      },
      async check({ client, other }) {
        // What the repeat could not see any more, a sweep finishes.
        await finishClientMerges({ ...deps(), logger: silent }, new Date(Date.now() + 60_000));
        const merged = await models.clients.findById(client._id).orFail().lean();
        expect(merged.bonds).toHaveLength(2);
        expect(merged.phoneIndex).toBeTypeOf('string');
        expect(merged.takeover).toBeUndefined();
        expect(await models.clients.countDocuments({ _id: other._id })).toBe(0);
        await unbondPhone(deps(), client._id);
      },
    });
  });

  it('are opened once per user id', async () => {
    await failEachWrite(store.proxy, {
      begin: next,
      work: (id) => openClient(models.clients, { companyId, network: 'ok', externalUserId: `${id}` }),
      async check(id, opened) {
        const found = await models.clients.find({ 'bonds.key': `ok:${id}` }).lean();
        expect(found.map(({ _id }) => _id)).toEqual([opened._id]);
      },
    });
  });
});

describe('the register', () => {
  it('counts each row that a person saw once, and each view once', async () => {
    const clientId = new Types.ObjectId();
    await failEachWrite(store.proxy, {
      begin: () => ({
        person: { id: new Types.ObjectId().toHexString(), name: 'Мария' },
        register: createRegister({ companyId, ...models, logger: silent, flushMs: 1_000_000 }),
      }),
      async work({ person, register }) {
        register.recordRowViews(person, 'deliveries', ['a', 'b', 'c']);
        register.recordView(person, clientId, ['card', 'phone']);
        await register.flush();
        // A flush never fails: what is left is written by the next one.
        await register.flush();
      },
      async check({ person }) {
        const lines = await models.register.find({ personId: person.id }).lean();
        expect(lines.find(({ clientId: client }) => client === null)?.details.rows).toBe(3);
        expect(lines.find(({ clientId: client }) => client !== null)?.seen).toEqual(['card', 'phone']);
        expect(lines).toHaveLength(2);
      },
    });
  });
});

describe('signed requests', () => {
  const keyDeps = () => ({
    ...models,
    companyId,
    sealing,
    audited: createAudited(models),
    problemOfStatusUrl: () => null,
    forget: () => undefined,
  });
  const newKey = { rights: ['send' as const], statusUrl: null, ratePerMinute: 600, requiresBodyHash: false };

  it('make a key once, with its line', async () => {
    await failEachWrite(store.proxy, {
      begin: () => `Shop ${next()}`,
      work: (name) => makeKey(keyDeps(), actor, { ...newKey, name }),
      async check(name, made, failures) {
        expect(failures).toBe(0);
        if (made.kind !== 'made') throw new Error(made.kind);
        expect(await models.apiKeys.countDocuments({ name })).toBe(1);
        expect(await auditedAs(made.key._id.toHexString())).toEqual(['apiKey.made']);
      },
    });
  });

  it('change a key, rotate it and renew its webhook secret once, and the secret in use stays valid', async () => {
    const deps = keyDeps();
    await failEachWrite(store.proxy, {
      async begin() {
        const made = await makeKey(deps, actor, { ...newKey, name: `Shop ${next()}` });
        if (made.kind !== 'made') throw new Error(made.kind);
        return made.key;
      },
      async work({ _id }) {
        await changeKey(deps, actor, _id, { ratePerMinute: 7 });
        await rotateKey(deps, actor, _id, 24);
        return renewWebhookSecret(deps, actor, _id);
      },
      async check({ _id, secrets: [inUse] }, renewed, failures) {
        expect(failures).toBe(0);
        expect(renewed.kind).toBe('made');
        const { ratePerMinute, secrets } = await models.apiKeys.findById(_id).orFail().lean();
        expect(ratePerMinute).toBe(7);
        expect(secrets.map(({ sealed }) => sealed)).toEqual([expect.anything(), inUse!.sealed]);
        const actions = await auditedAs(_id.toHexString());
        expect(actions.sort()).toEqual([
          'apiKey.changed',
          'apiKey.made',
          'apiKey.rotated',
          'apiKey.webhookSecretRenewed',
        ]);
      },
    });
  });

  it('never use a nonce twice, and never call a fresh one used without having stored it', async () => {
    const nonces = createNonces(store.connection.getClient().db(store.connection.name) as never);
    const claim = (nonce: string) =>
      nonces.use({ consumerKey: 'k', timestampS: 1, nonce, keptUntil: new Date(Date.now() + 60_000) });
    await failEachWrite(store.proxy, {
      begin: () => `${next()}`,
      work: claim,
      // A client that hears 503 signs again, with another nonce.
      again: () => claim(`${next()}`),
      async check(_, isNew) {
        expect(isNew).toBe(true);
      },
    });
    expect(await claim('once')).toBe(true);
    expect(await claim('once')).toBe(false);
  });

  it('count at a rate that two processes begin at once', async () => {
    const rates = createRateLimits(store.connection.getClient().db(store.connection.name) as never);
    store.proxy.fail({ kind: 'racedUpsert', work: 'undone' }, { of: writesTo('apiKeyRates'), times: 1 });
    expect(await rates.consume({ _id: new Types.ObjectId(), ratePerMinute: 60 }, 1)).toMatchObject({
      isAllowed: true,
    });
    expect(store.proxy.heal()).toBe(1);
  });
});

describe('a gateway', () => {
  const deps = () => ({
    ...models,
    companyId,
    sealing,
    audited: createAudited(models),
    publicUrl: 'https://desk.example.com',
  });
  const edit = {
    baseUrl: 'https://gateway.example.com',
    service: 'shop',
    credentials: { kind: 'key' as const, key: 'secret' },
    statusSecret: 'another secret',
  };
  async function begin() {
    const community = await models.communities.create({
      companyId,
      network: 'vk',
      externalId: String(next()),
      name: 'Лавка',
      tokenSealed: 'sealed',
      intake: { longPoll: true, webhook: false },
      isEnabled: true,
      connection: { state: 'live', since: new Date() },
      createdAt: new Date(),
    });
    return community._id.toHexString();
  }
  const stored = async (id: string) => (await models.communities.findById(id).orFail().lean()).notify;

  it('is set, stopped by a refusal, and set again', async () => {
    await failEachWrite(store.proxy, {
      begin,
      async work(id) {
        await changeGateway(deps(), id, edit, actor);
        await stopGateway(models.communities, new Types.ObjectId(id), '401');
        expect((await stored(id))?.stopped).toMatchObject({ networkCode: '401' });
        return changeGateway(deps(), id, { baseUrl: edit.baseUrl, service: 'shop' }, actor);
      },
      async check(id, outcome, failures) {
        expect(outcome).toMatchObject({ kind: 'done', gateway: { service: 'shop', stopped: null } });
        expect(await stored(id)).toMatchObject({ service: 'shop', stopped: null });
        const lines = await auditedAs(id);
        expect(lines).toHaveLength(2 + failures);
        expect(new Set(lines)).toEqual(new Set(['community.gatewayChanged']));
      },
    });
  });

  it('is removed', async () => {
    await failEachWrite(store.proxy, {
      async begin() {
        const id = await begin();
        await changeGateway(deps(), id, edit, actor);
        return id;
      },
      work: (id) => removeGateway(deps(), id, actor),
      async check(id, outcome) {
        expect(outcome).toEqual({ kind: 'done', gateway: null });
        expect(await stored(id)).toBeNull();
        expect((await auditedAs(id)).sort()).toEqual([
          'community.gatewayChanged',
          'community.gatewayRemoved',
        ]);
      },
    });
  });
});

describe('a review', () => {
  it('is amended once, and its author does not hear that it was changed meanwhile', async () => {
    const conversationId = new Types.ObjectId();
    await models.conversations.collection.insertOne({ _id: conversationId, companyId } as never);
    const author = { ...actor, communities: {}, seesAll: true };
    const mark = (given: 3 | 5) => ({ criterionId: 'c'.repeat(24), mark: given });
    await failEachWrite(store.proxy, {
      async begin() {
        const { insertedId } = await models.reviews.collection.insertOne({
          companyId,
          conversationId,
          seq: next(),
          resolutionId: new Types.ObjectId(),
          authorId: new Types.ObjectId(actor.id),
          marks: [mark(3)],
          average: 3,
          comment: '',
          version: 0,
        } as never);
        return insertedId.toHexString();
      },
      work: (id) =>
        amendReview({ ...models, companyId }, author, id, { version: 0, marks: [mark(5)], comment: 'Лучше' }),
      async check(id, outcome) {
        expect(outcome.kind).toBe('written');
        expect(await models.reviews.findById(id).lean()).toMatchObject({ version: 1, average: 5 });
      },
    });
  });
});

describe('a file', () => {
  it('is whole, or leaves nothing once it was swept', async () => {
    const bucket = createFileBucket<{ _id: Types.ObjectId; filename: string }>(store.connection, 'faulty');
    await failEachWrite(store.proxy, {
      begin: () => `${next()}.txt`,
      work: (name) => bucket.store([Readable.from([Buffer.from('содержимое')])], name, {}),
      async check(name, { _id }) {
        while (await sweepOpenFiles(store.connection, new Date(Date.now() + 2 * 3600_000)));
        const kept = await bucket.files().find({ filename: name }).toArray();
        expect(kept.map((file) => file._id)).toEqual([_id]);
        expect(await bucket.chunks().countDocuments({ files_id: { $nin: [_id] } })).toBe(0);
        await bucket.remove(_id);
      },
    });
  });
});
