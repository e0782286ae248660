/**
 * The ground of the sending benchmarks: a data folder with a connected community, its gateway, an approved template
 * and a key. Starts the built desk over it as often as a benchmark needs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startSandbox } from '../../../server/sandbox/startSandbox.ts';
import { apiKeyLimits } from '../../../shared/schemas/apiKey.ts';
import { authorizationOf, type ClientKey } from '../../server/http/v1/signedClient.ts';
import { type DeskClient, firstPassword, signIn, startDeskProcess } from '../../support/deskProcess.ts';
import { freePort } from '../../support/freePort.ts';
import { approveTemplate, connectWithGateway } from '../../support/gatewayCommunity.ts';
import { orderReady } from '../../support/serviceDesk.ts';
import type { Request } from './load.ts';
import { type OwnProcess, startOwn } from './processes.ts';

const GROUP_ID = 800800;
const TOKEN = 'bench-token';
export const STATUS_SECRET = 'bench-status-secret';

export interface RunningDesk {
  url: string;
  pid: number;
  admin: DeskClient;
  /** A signed POST to the sending API. */
  signed(path: string, body: unknown): Request;
  end(): Promise<void>;
}

export interface BenchContext {
  gateway: OwnProcess;
  baseline: OwnProcess;
  communityId: string;
  start(env?: Record<string, string>, nodeArguments?: string[]): Promise<RunningDesk>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `BENCH_PROFILE` names a folder; each desk writes a CPU profile into it on exit. */
const profile = process.env.BENCH_PROFILE;

export async function createBenchContext(): Promise<BenchContext> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-bench-'));
  const bareDir = await mkdtemp(join(tmpdir(), 'notify-inbox-bench-bare-'));
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  sandbox.control.createCommunity({ groupId: GROUP_ID, name: 'Bench', screenName: 'bench', token: TOKEN });
  const gateway = await startOwn('gateway.ts');
  const baseline = await startOwn('baseline.ts', { DATA_DIR: bareDir });
  let key: ClientKey | null = null;
  let communityId = '';

  async function start(env: Record<string, string> = {}, nodeArguments: string[] = []): Promise<RunningDesk> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = await startDeskProcess(
      {
        PORT: String(port),
        PUBLIC_URL: url,
        DATA_DIR: dataDir,
        SANDBOX: 'off',
        VK_API_URL: sandbox.apiBaseUrl,
        ...env,
      },
      [...nodeArguments, ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])],
    );
    const admin = await signIn(url, 'admin@example.com', await firstPassword(dataDir, 'admin@example.com'));
    if (!key) {
      communityId = await connect(admin, gateway.url);
      key = await makeKey(admin);
    }
    const signer = key;
    return {
      url,
      pid: child.pid,
      admin,
      signed: (path, body) => ({
        headers: {
          authorization: authorizationOf(signer, 'POST', `${url}${path}`),
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      }),
      end: () => child.kill('SIGTERM'),
    };
  }

  // The first start creates the data that all later starts use.
  const first = await start({ ROLES: 'web,listener' });
  await first.end();
  return {
    gateway,
    baseline,
    communityId,
    start,
    async [Symbol.asyncDispose]() {
      gateway.end();
      baseline.end();
      await sandbox.close();
      for (const dir of [dataDir, bareDir]) await rm(dir, { recursive: true, force: true });
    },
  };
}

async function connect(admin: DeskClient, gatewayUrl: string): Promise<string> {
  const communityId = await connectWithGateway(admin, gatewayUrl, {
    groupId: GROUP_ID,
    token: TOKEN,
    service: { service: 'bench', key: 'bench-key', statusSecret: STATUS_SECRET },
  });
  await approveTemplate(admin, 'orderReady', {
    ...orderReady,
    body: 'Здравствуйте! Заказ {order} готов, ждём вас в пункте выдачи до вечера.',
    buttons: [],
    defaultTtlSeconds: 24 * 3600,
    networks: ['vk'],
  });
  return communityId;
}

async function makeKey(admin: DeskClient): Promise<ClientKey> {
  const made = await admin.call('makeApiKey', {
    body: { name: 'Bench', rights: ['send', 'read'], ratePerMinute: apiKeyLimits.ratePerMinuteMax },
  });
  return { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret ?? '' };
}

let nextPhone = 0;

/** Every message has its own phone: the quota is checked, but never used up. */
export function nextMessage() {
  const number = nextPhone++;
  return {
    phone: `+79${String(number).padStart(9, '0')}`,
    template: 'orderReady',
    variables: { order: `№ ${number}` },
    clientMessageId: `order-${number}`,
  };
}

export const manyMessages = (count: number) => Array.from({ length: count }, nextMessage);
