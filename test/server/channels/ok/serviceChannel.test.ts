import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCallBudgets } from '../../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../../server/channels/budget/rows.ts';
import { uploadedImageModel } from '../../../../server/channels/images/uploadedImage.model.ts';
import { type StartedOk, startOkChannel } from '../../../../server/channels/ok/startOkChannel.ts';
import { communityModel } from '../../../../server/communities/community.model.ts';
import type { CommunityRef } from '../../../../server/communities/communityRef.ts';
import { connectCommunity } from '../../../../server/communities/connectCommunity.ts';
import type { Intake } from '../../../../server/conversations/intake/networkEvent.ts';
import { createMetrics } from '../../../../server/observability/metrics.ts';
import { sampleOkGroup, sampleUsers, seedSample } from '../../../../server/sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../../../../server/sandbox/startSandbox.ts';
import type {
  OutgoingService,
  ServiceChannel,
} from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import { openTestStore, silent, type TestStore } from '../../../support/store.ts';
import { anyCall } from '../anyCall.ts';
import { recordingLetters } from '../recordingLetters.ts';
import { sealing } from '../vk/vkFixture.ts';

const { okGroupId } = sampleOkGroup;
const [anna, petr] = sampleUsers;

let store: TestStore;
let sandbox: Sandbox;
let ok: StartedOk;
let channel: ServiceChannel;
let group: CommunityRef;
beforeAll(async () => {
  store = await openTestStore();
  sandbox = await startSandbox({ port: 0, logger: silent });
  seedSample(sandbox.control);
  const communities = communityModel(store.connection);
  await store.build([communities] as never);
  ok = startOkChannel({
    communities,
    sealing,
    budgets: createCallBudgets(rowsInMemory()),
    uploadedImages: uploadedImageModel(store.connection),
    intake: {} as Intake,
    // The desk stores every message of the dialogue; the one being looked up only as its own entry.
    storedIds: async (_, __, ids, exceptServiceMessage) => (exceptServiceMessage ? [] : ids),
    publish: () => undefined,
    logger: silent,
    metrics: createMetrics({ withProcess: false }),
    deadLetters: recordingLetters(),
    processId: 'one',
    apiBaseUrl: sandbox.okBaseUrl,
    publicUrl: null,
    isListening: false,
  });
  const userIds = new Map<string, string>([anna, petr].map(({ phone, okUserId }) => [phone, okUserId]));
  channel = ok.openServiceChannel({
    userIdOf: async (phone) => userIds.get(phone) ?? null,
    imagesOf: async () => [],
  });
  const outcome = await connectCommunity(
    {
      companyId: new Types.ObjectId(),
      communities,
      connectorOf: () => ok.connector,
      sealing,
      publish: () => undefined,
      wake: () => undefined,
      publicUrl: 'http://127.0.0.1:1',
      canReceiveWebhooks: false,
      logger: silent,
    },
    { network: 'ok', token: sampleOkGroup.token, groupId: okGroupId, name: 'Лавка' },
  );
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  group = { id: outcome.community._id.toHexString(), network: 'ok', externalId: okGroupId };
  sandbox.control.okClientSends({ okGroupId, userId: anna.userId, text: 'Здравствуйте' });
});
afterAll(async () => {
  await ok?.stop();
  await sandbox?.close();
  await store?.[Symbol.asyncDispose]();
});
beforeEach(() => sandbox.control.clearFaults());

function message(about: Partial<OutgoingService> = {}): OutgoingService {
  const messageId = new Types.ObjectId();
  return {
    tryKey: `${messageId.toHexString()}.ok`,
    messageId,
    phone: anna.phone,
    templateId: new Types.ObjectId(),
    templateName: 'orderReady',
    templateVersion: 1,
    variables: {},
    text: 'Заказ готов',
    buttons: [],
    imageIds: [],
    direction: 'twoWay',
    deliveryPolicy: 'any',
    ...about,
  } as OutgoingService;
}
const phone = () => sandbox.control.okSnapshot({ okGroupId, userId: anna.userId }).messages;

it('sends to the user id of the phone, with the buttons of the template', async () => {
  const buttons: OutgoingService['buttons'] = [
    { id: 'a', kind: 'text', label: 'Заберу сегодня' },
    { id: 'b', kind: 'link', label: 'На карте', url: 'https://example.org/' },
  ];
  const [sent] = await channel.send(group, [message({ buttons })], anyCall());
  const shown = phone().at(-1);
  expect(sent).toEqual({ kind: 'sent', externalId: shown?.mid });
  expect(shown?.buttons).toEqual([
    [{ kind: 'callback', label: 'Заберу сегодня' }],
    [{ kind: 'link', label: 'На карте', url: 'https://example.org/' }],
  ]);
});

it('returns a reason for each message that cannot be delivered, and sends the others', async () => {
  const outcomes = await channel.send(
    group,
    [
      message({ phone: '+79990000099' }),
      message({ direction: 'oneWay' }),
      message({ phone: petr.phone }),
      message({ text: 'Последнее' }),
    ],
    anyCall(),
  );
  expect(outcomes).toMatchObject([
    { kind: 'undelivered', code: 'userIdUnknown' },
    { kind: 'undelivered', code: 'oneWayNeedsGateway' },
    // Petr has never written to the group.
    { kind: 'undelivered', code: 'clientForbidsMessages', networkCode: '10' },
    { kind: 'sent' },
  ]);
});

it('finds a sent message although the answer of its call was lost', async () => {
  const since = new Date();
  const one = message({ text: 'Ответ потерян' });
  sandbox.control.setFaults({ cuts: [{ method: 'ok.me/messages', when: 'after', times: 1 }] });
  expect(await channel.send(group, [one], anyCall())).toEqual([{ kind: 'unknown' }]);
  const lookup = { tryKey: one.tryKey, phone: one.phone, text: one.text, since };
  expect(await channel.findSent(group, [lookup, { ...lookup, text: 'Не было' }])).toEqual([
    { kind: 'found', externalId: phone().at(-1)?.mid },
    { kind: 'absent' },
  ]);
});

it('retries later when OK is temporarily unavailable', async () => {
  sandbox.control.setFaults({ apiErrors: [{ method: 'ok.me/messages', code: 2, times: 1 }] });
  const [outcome] = await channel.send(group, [message()], anyCall());
  // Up to a quarter is added, so that many messages do not retry at the same moment.
  expect(outcome).toMatchObject({ kind: 'later' });
  const { afterMs } = outcome as { afterMs: number };
  expect([afterMs >= 2_000, afterMs <= 2_500]).toEqual([true, true]);
});

it('makes no call once its time is over or its claim is lost, and says so', async () => {
  const before = phone().length;
  expect(await channel.send(group, [message()], anyCall({ ttlSeconds: null }))).toEqual([
    { kind: 'notCalled' },
  ]);
  expect(phone()).toHaveLength(before);
});

it('stops when the token is refused, and does not call OK again', async () => {
  sandbox.control.setFaults({ tokenInvalid: true });
  expect(await channel.send(group, [message(), message()], anyCall())).toEqual([
    { kind: 'communityStopped', networkCode: '103' },
    { kind: 'communityStopped', networkCode: '103' },
  ]);
  expect(await channel.canSend(group)).toBe(false);
});
