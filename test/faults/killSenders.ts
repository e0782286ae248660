/**
 * N18, crash safety, for sending: two desk processes over one store send messages from a company's system, and one of
 * them is killed repeatedly at random moments. In the end the gateway must hold every accepted message once, none
 * past its time, and each phone must have received exactly five. `npx tsx test/faults/killSenders.ts 20 200` kills 20
 * times while 200 phones are written to.
 */
import { quotaModel } from '../../server/serviceMessages/quota/quota.model.ts';
import { createQuota } from '../../server/serviceMessages/quota/quota.ts';
import { findHolders } from '../../server/serviceMessages/quota/units.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../server/serviceMessages/serviceMessage.model.ts';
import { type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';
import { until } from '../support/until.ts';
import { countByKey, gatewayKeyOf, openSendingDesks, untilAllEnded } from './sendingDesks.ts';

export interface SendersReport {
  kills: number;
  /** Accepted requests; each phone gets one request more than the daily quota allows. */
  accepted: number;
  refused: string[];
  /** Messages at the gateway. */
  handedOver: number;
  /** Accepted but not at the gateway; below, at the gateway but not accepted, and there more than once. */
  lost: string[];
  strange: string[];
  doubled: string[];
  /** Handed over after their time. */
  late: string[];
  /** Accepted messages that did not end as delivered. */
  notDelivered: string[];
  /** Phones that did not get exactly five, or whose quota the desk counts differently. */
  quotaWrong: string[];
  /** How each message to a phone without a connection ended; their time to live is 15 seconds. */
  expired: string[];
  /** Quota units left for that phone after its messages expired. */
  leftAfterExpiry: number;
  /** Repeated calls for a message that the gateway already had: the desk should have looked it up instead. */
  handedAgain: number;
  seconds: number;
}

const GROUP_ID = 700_900;
const FIRST_USER_ID = 8_000;
const A_DAY = 5;
const AT_ONCE = 10;
const OFFLINE_PHONE = '+79997009999';

export async function killSenders({
  kills,
  phones,
}: {
  kills: number;
  phones: number;
}): Promise<SendersReport> {
  const numbers = Array.from({ length: phones }, (_, index) => `+7999700${String(1000 + index)}`);
  await using desks = await openSendingDesks({
    name: 'senders',
    groupId: GROUP_ID,
    firstUserId: FIRST_USER_ID,
    phones: [...numbers, OFFLINE_PHONE],
  });
  const { admins, connection, control } = desks;
  control.setPerson({ userId: FIRST_USER_ID + phones, isOffline: true });
  const made = await admins[0]!.call('makeApiKey', { body: { name: 'Shop', rights: ['send', 'read'] } });
  const key = { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret ?? '' };

  const startedAt = performance.now();
  const items = [
    ...Array.from({ length: A_DAY + 1 }, (_, round) =>
      numbers.map((phone, at) => ({ phone, order: `${at}-${round}`, ttlSeconds: 3600 })),
    ).flat(),
    ...Array.from({ length: A_DAY }, (_, round) => ({
      phone: OFFLINE_PHONE,
      order: `offline-${round}`,
      ttlSeconds: 15,
    })),
  ];
  const handingIn = handIn(key, [0, 1].map(desks.urlOf), items);
  for (let kill = 0; kill < kills; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
    const at = kill % 2;
    await desks.kill(at);
    await desks.start(at);
  }
  const outcomes = await handingIn;
  control.setFaults({ slowAnswersMs: 0 });

  await untilAllEnded(connection);
  const serviceMessages = serviceMessageModel(connection);
  const messages = await serviceMessages.find().lean<ServiceMessage[]>();
  const quota = createQuota({ quota: quotaModel(connection), holders: findHolders(serviceMessages) });
  const left = ({ communityId, phoneIndex }: ServiceMessage) => quota.left(communityId, phoneIndex);

  const atGateway = control.gatewayMessages({ last: 100_000 });
  const offline = new Set(
    atGateway.filter(({ phone }) => phone === OFFLINE_PHONE).map(({ clientMessageId }) => clientMessageId),
  );
  const accepted = messages.filter((message) => !message.variables.order?.startsWith('offline'));
  const { times, doubled } = countByKey(atGateway);
  const expiresAtMs = new Map(
    messages.map((message) => [gatewayKeyOf(message), message.expiresAt.getTime()]),
  );
  const onPhone = (index: number) =>
    control.snapshot({ groupId: GROUP_ID, userId: FIRST_USER_ID + index }).messages.map(({ text }) => text);
  const quotaWrong: string[] = [];
  for (const [index, phone] of numbers.entries()) {
    const own = accepted.filter(({ variables }) => variables.order?.startsWith(`${index}-`));
    const state = own[0] ? await left(own[0]) : null;
    const shown = onPhone(index).length;
    if (own.length !== A_DAY || shown !== A_DAY || state?.left !== 0)
      quotaWrong.push(`${phone}: ${own.length} accepted, ${shown} on the phone, ${state?.left} left`);
  }
  const expiring = messages.filter((message) => message.variables.order?.startsWith('offline'));
  return {
    kills,
    accepted: accepted.length,
    refused: [...new Set(outcomes.filter((outcome) => outcome !== 'accepted'))],
    handedOver: atGateway.length - offline.size,
    lost: accepted.map(gatewayKeyOf).filter((id) => !times.has(id)),
    strange: [...times.keys()].filter((id) => !expiresAtMs.has(id)),
    doubled,
    late: atGateway
      .filter(
        ({ clientMessageId = '', acceptedAtMs }) => acceptedAtMs > (expiresAtMs.get(clientMessageId) ?? 0),
      )
      .map(({ messageId }) => messageId),
    notDelivered: accepted.filter(({ status }) => status !== 'delivered').map(gatewayKeyOf),
    quotaWrong,
    expired: expiring.map(({ status, endCode }) => `${status} ${endCode}`),
    leftAfterExpiry: expiring[0] ? (await left(expiring[0])).left : 0,
    handedAgain: control.gatewayCounters().repeated,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
}

/** As a company's system would: retries an unanswered request under the same id, at the other process. */
async function handIn(
  key: ClientKey,
  urls: string[],
  items: { phone: string; order: string; ttlSeconds: number }[],
): Promise<string[]> {
  const outcomes: string[] = [];
  const batches = Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, at) =>
    items.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  let turn = 0;
  for (const batch of batches) {
    const messages = batch.map(({ phone, order, ttlSeconds }) => ({
      phone,
      template: 'orderReady',
      variables: { order },
      clientMessageId: order,
      ttlSeconds,
    }));
    const answered = await until(
      'a process to accept a batch',
      async () => {
        const url = urls[turn++ % urls.length];
        const { status, body } = await callSigned(key, 'POST', `${url}/api/v1/messages/batch`, {
          body: { messages },
        });
        return status < 300 && body.results;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
    for (const { outcome, error } of answered)
      outcomes.push(outcome === 'refused' ? (error?.code ?? 'refused') : 'accepted');
  }
  return outcomes;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kills = 20, phones = 200] = process.argv.slice(2).map(Number);
  process.stdout.write(`${JSON.stringify(await killSenders({ kills, phones }), null, 2)}\n`);
}
