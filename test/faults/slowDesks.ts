/**
 * Several desk processes over one store that send to slow networks: a VK community by its gateway or by its own API,
 * and an Odnoklassniki group by its own API. Each client is known in both networks.
 */
import type { DeskTiming } from '../../server/app/createServer.ts';
import { bondKey } from '../../server/clients/client.model.ts';
import type { TemplateContent } from '../../shared/schemas/template.ts';
import { type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';
import type { DeskClient, DeskProcess } from '../support/deskProcess.ts';
import { type DesksOverStore, openDesks } from '../support/desksOverStore.ts';
import { approveTemplate, connectWithGateway } from '../support/gatewayCommunity.ts';
import { orderReady } from '../support/serviceDesk.ts';
import { until } from '../support/until.ts';

export const GROUP_ID = 700_950;
export const OK_GROUP_ID = '70950';
const FIRST_USER_ID = 9_000;
const DAY_MS = 86_400_000;

export interface SlowDesks extends DesksOverStore {
  administrator: DeskClient;
  clients: { userId: number; phone: string }[];
  /** Whether the VK community sends by its gateway. */
  hasGateway: boolean;
  /** Resolves when a desk has accepted or refused each; a request that got no answer is repeated at another desk. */
  handIn(items: Item[]): Promise<string[]>;
  /** SIGSTOP for this time; the desk of this number must run. */
  stopFor(at: number, ms: number): Promise<void>;
  processOf(at: number): DeskProcess;
}

export interface Item {
  /** Appears in the text, and names the message. */
  order: string;
  phone: string;
  ttlSeconds: number;
  network: 'vk' | 'ok';
  template?: string;
}

export interface SlowDesksOptions {
  clients: number;
  vk: 'gateway' | 'ownApi';
  /** Whether an Odnoklassniki group is connected too. */
  hasOk?: boolean;
  /** How far the clock of each desk is ahead. The first one should be right: it is the one that people sign in to. */
  clockShiftsMs?: number[];
  timing?: DeskTiming;
}

/** The wrong clocks of a random run: seconds behind, and a day ahead. */
export const WRONG_CLOCKS_MS = [0, -7_000, DAY_MS];

export async function openSlowDesks({
  clients: count,
  vk,
  hasOk = false,
  clockShiftsMs = [0, 0],
  timing = {},
}: SlowDesksOptions): Promise<SlowDesks> {
  const desks = await openDesks({ desks: clockShiftsMs.length, timing });
  try {
    const { control, sandbox, connection } = desks;
    control.createCommunity({ groupId: GROUP_ID, name: 'Slow', token: 'slow-token' });
    control.createOkGroup({ okGroupId: OK_GROUP_ID, name: 'Slow', token: 'slow-ok-token' });
    const service = { service: 'slow', key: 'slow-gateway-key', statusSecret: 'slow-status-secret' };
    control.registerService({ ...service, groupId: GROUP_ID });
    const clients = Array.from({ length: count }, (_, at) => ({
      userId: FIRST_USER_ID + at,
      phone: `+7999750${String(1000 + at)}`,
    }));
    for (const { userId, phone } of clients)
      control.createUser({ userId, firstName: `C${userId}`, phone, okUserId: `user:${userId}` });

    const processes = [await desks.start(0, { clockShiftMs: clockShiftsMs[0]! })];
    const admin = await desks.admin(0);
    const others = clockShiftsMs.slice(1).map((clockShiftMs, at) => desks.start(at + 1, { clockShiftMs }));
    const community = { groupId: GROUP_ID, token: 'slow-token', service };
    if (vk === 'gateway') await connectWithGateway(admin, sandbox.gatewayBaseUrl, community);
    else
      await admin.call('connectCommunity', {
        body: { network: 'vk', token: 'slow-token', intake: { longPoll: true, webhook: false } },
      });
    if (hasOk)
      await admin.call('connectCommunity', {
        body: { network: 'ok', token: 'slow-ok-token', groupId: OK_GROUP_ID, name: 'Slow' },
      });
    await approveTemplate(admin, 'orderReady', { ...orderReady, buttons: [] });
    const made = await admin.call('makeApiKey', { body: { name: 'Shop', rights: ['send', 'read'] } });
    const key = { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret ?? '' };
    processes.push(...(await Promise.all(others)));
    await Promise.all(
      clients.map(async ({ userId, phone }) => {
        if (vk === 'ownApi') {
          control.clientSends({ groupId: GROUP_ID, userId, text: 'Здравствуйте' });
          await bond('vk', String(userId), phone);
        }
        if (hasOk) {
          control.okClientSends({ okGroupId: OK_GROUP_ID, userId, text: 'Здравствуйте' });
          await bond('ok', `user:${userId}`, phone);
        }
      }),
    );

    /** A phone has one client, so the two accounts become one. */
    async function bond(network: 'vk' | 'ok', externalUserId: string, phone: string): Promise<void> {
      const key = bondKey(network, externalUserId);
      const client = await until(
        `the client ${key}`,
        () => connection.collection('clients').findOne({ 'bonds.key': key }),
        { timeoutMs: 180_000, everyMs: 100 },
      );
      const params = { clientId: client._id.toHexString() };
      const bonded = await admin.call('bondPhone', { params, body: { phone } });
      if (bonded.outcome !== 'hasOther' || !bonded.other) return;
      await admin.call('bondPhone', { params, body: { phone, mergeWith: bonded.other.id } });
    }

    const urls = clockShiftsMs.flatMap((ms, at) => (Math.abs(ms) < 60_000 ? [desks.urlOf(at)] : []));
    return Object.assign(desks, {
      administrator: admin,
      clients,
      hasGateway: vk === 'gateway',
      processOf: (at: number) => processes[at]!,
      handIn: (items: Item[]) => handIn(key, urls, items),
      async stopFor(at: number, ms: number) {
        const { pid } = processes[at]!;
        process.kill(pid, 'SIGSTOP');
        await pass(ms);
        process.kill(pid, 'SIGCONT');
      },
    });
  } catch (error) {
    await desks[Symbol.asyncDispose]();
    throw error;
  }
}

export const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Approves a template of this name with so many images. */
export async function approveWithImages(
  { administrator: admin, urlOf }: SlowDesks,
  name: string,
  images: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  const imageIds: string[] = [];
  for (const bytes of images) {
    const form = new FormData();
    form.append('file', new Blob([bytes], { type: 'image/jpeg' }), 'picture.jpg');
    const answer = await fetch(`${urlOf(0)}/api/template-images`, {
      method: 'POST',
      headers: { cookie: admin.cookie, Origin: urlOf(0) },
      body: form,
    });
    if (!answer.ok) throw new Error(`The image was refused: ${answer.status} ${await answer.text()}`);
    imageIds.push(((await answer.json()) as { id: string }).id);
  }
  const content: TemplateContent = { ...orderReady, buttons: [], imageIds };
  await approveTemplate(admin, name, content);
}

const UNANSWERED_MS = 10_000;

async function handIn(key: ClientKey, urls: string[], items: Item[]): Promise<string[]> {
  const messages = items.map(({ order, phone, ttlSeconds, network, template = 'orderReady' }) => ({
    phone,
    template,
    variables: { order },
    clientMessageId: order,
    ttlSeconds,
    route: [network],
  }));
  let turn = 0;
  const results = await until(
    'a desk to accept a batch',
    async () => {
      const url = urls[turn++ % urls.length];
      const answer = callSigned(key, 'POST', `${url}/api/v1/messages/batch`, { body: { messages } });
      const { status, body } = await Promise.race([
        answer,
        pass(UNANSWERED_MS).then(() => Promise.reject(new Error('no answer'))),
      ]);
      if (status >= 400 && status < 500) throw new Error(`refused: ${JSON.stringify(body)}`);
      return status < 300 && body.results;
    },
    { timeoutMs: 60_000, everyMs: 50 },
  );
  return results.map(({ outcome, error }) =>
    outcome === 'refused' ? (error?.code ?? 'refused') : 'accepted',
  );
}
