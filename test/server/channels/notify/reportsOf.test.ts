/** The gateway is asked, over HTTP, for reports that it could not deliver (ADR 26). */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { devino } from '../../../../server/channels/notify/dialect.ts';
import { createNotifyChannel } from '../../../../server/channels/notify/notifyChannel.ts';
import { communityModel } from '../../../../server/communities/community.model.ts';
import type { CommunityRef } from '../../../../server/communities/communityRef.ts';
import { sealSecret } from '../../../../server/communities/secrets.ts';
import {
  sampleCommunity,
  sampleService,
  sampleUsers,
  seedSample,
} from '../../../../server/sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../../../../server/sandbox/startSandbox.ts';
import type {
  OutgoingService,
  ServiceChannel,
} from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import { openTestStore, silent, type TestStore } from '../../../support/store.ts';
import { anyCall } from '../anyCall.ts';
import { sealing } from '../vk/vkFixture.ts';

const { groupId } = sampleCommunity;
const [anna] = sampleUsers;
const template = 'reportsOf';
let store: TestStore;
let sandbox: Sandbox;
let channel: ServiceChannel;
let community: CommunityRef;

beforeAll(async () => {
  store = await openTestStore();
  sandbox = await startSandbox({ port: 0, logger: silent });
  seedSample(sandbox.control);
  const communities = communityModel(store.connection);
  await store.build([communities] as never);
  const owner = { network: 'vk', externalId: String(groupId) } as const;
  const now = new Date();
  const made = await communities.create({
    ...owner,
    companyId: new Types.ObjectId(),
    name: 'Лавка',
    tokenSealed: 'sealed',
    intake: { longPoll: false, webhook: false },
    isEnabled: true,
    connection: { state: 'live', since: now, stopReason: null, networkCode: null },
    createdAt: now,
    notify: {
      baseUrl: sandbox.gatewayBaseUrl,
      service: sampleService.service,
      credentialsSealed: sealSecret(
        sealing,
        owner,
        'notifyCredentials',
        JSON.stringify({ kind: 'key', key: sampleService.key }),
      ),
      statusSecretSealed: sealSecret(sealing, owner, 'notifyStatusSecret', 'secret'),
      stopped: null,
    },
  } as never);
  community = { id: made._id.toHexString(), ...owner };
  sandbox.control.registerTemplate({ service: sampleService.service, name: template, body: 'Готово' });
  channel = createNotifyChannel({
    communities,
    sealing,
    // People enter the templates at the partner's site, under their own names.
    dialect: { ...devino, templatesPath: null },
    templates: { contentOf: async () => null, imageOf: async () => null },
    publicUrl: 'http://127.0.0.1:9',
    onStopped: async () => undefined,
    logger: silent,
  });
});
afterAll(async () => {
  await sandbox?.close();
  await store?.[Symbol.asyncDispose]();
});
afterEach(() => {
  sandbox.control.clearFaults();
  sandbox.control.setPerson({ userId: anna.userId, isOffline: false });
});

function message(phone: string = anna.phone): OutgoingService {
  const messageId = new Types.ObjectId();
  return {
    tryKey: `${messageId.toHexString()}.vk`,
    messageId,
    phone,
    templateId: new Types.ObjectId(),
    templateName: template,
    templateVersion: 1,
    variables: {},
    text: 'Готово',
    buttons: [],
    imageIds: [],
    direction: 'twoWay',
    deliveryPolicy: 'any',
  };
}

async function send(phone?: string): Promise<string> {
  const sent = message(phone);
  expect(await channel.send(community, [sent], anyCall())).toMatchObject([{ kind: 'sent' }]);
  return sent.tryKey;
}
const ask = (keys: string[]) => channel.reportsOf!(community, keys);
const atGateway = (tryKey: string) => sandbox.control.gatewayMessages({ clientMessageId: tryKey })[0]!;

it('tells of each message what it is now, since when and why', async () => {
  sandbox.control.setFaults({ statusLose: 10 });
  const [delivered, unknownPhone] = [await send(), await send('+79995550000')];
  sandbox.control.setPerson({ userId: anna.userId, isOffline: true });
  const waiting = await send();
  await sandbox.control.waitUntil(() => atGateway(unknownPhone).status === 'undelivered');
  const { history } = atGateway(delivered);
  const reports = await ask([delivered, unknownPhone, waiting, message().tryKey]);
  expect(reports).toMatchObject([
    {
      tryKey: delivered,
      status: 'delivered',
      at: new Date(history.find(({ status }) => status === 'delivered')!.atMs),
      code: null,
      source: 'lookup',
    },
    { tryKey: unknownPhone, status: 'undelivered', code: 'phoneUnknown', networkCode: 'UNKNOWN_PHONE' },
    { tryKey: waiting, status: 'sent' },
  ]);
});

it('says nothing when the gateway does not answer or the community has none', async () => {
  const key = await send();
  sandbox.control.setFaults({ apiErrors: [{ method: 'gateway.lookup', code: 503 }] });
  expect(await ask([key])).toEqual([]);
  sandbox.control.clearFaults();
  const nobody = { ...community, id: new Types.ObjectId().toHexString() };
  expect(await channel.reportsOf!(nobody, [key])).toEqual([]);
});
