/** A sandbox on a free port and the real vk-io client that talks to it by base URL alone. */
import { Agent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { pino } from 'pino';
import { VK } from 'vk-io';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../server/sandbox/startSandbox.ts';

export const groupId = 77;
export const token = 'test-token';
export const anna = 501;
export const boris = 502;

export interface SandboxFixture extends AsyncDisposable {
  sandbox: Sandbox;
  vk: VK;
  /** Another client of the same sandbox, with vk-io's own options. */
  client(options?: Partial<ConstructorParameters<typeof VK>[0]>): VK;
}

export async function startFixture(options: Partial<SandboxOptions> = {}): Promise<SandboxFixture> {
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }), ...options });
  // vk-io's types accept only an https agent; loopback needs an http one.
  const agent = new Agent({ keepAlive: true }) as unknown as HttpsAgent;
  const client: SandboxFixture['client'] = (more = {}) =>
    new VK({
      token,
      apiBaseUrl: sandbox.apiBaseUrl,
      agent,
      apiLimit: 20,
      apiRetryLimit: 0,
      pollingGroupId: groupId,
      ...more,
    });
  if (sandbox.control.listCommunities().length === 0) {
    sandbox.control.createCommunity({ groupId, name: 'Тестовая лавка', screenName: 'test_lavka', token });
    sandbox.control.createUser({
      userId: anna,
      firstName: 'Анна',
      lastName: 'Смирнова',
      phone: '+79990000001',
      sex: 1,
    });
    sandbox.control.createUser({
      userId: boris,
      firstName: 'Борис',
      lastName: 'Орлов',
      phone: '+79990000002',
      sex: 2,
    });
  }
  sandbox.control.setSettings({ callbackRetryScale: 0.001 });
  return {
    sandbox,
    vk: client(),
    client,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await sandbox.close();
    },
  };
}

interface Update {
  type: string;
  event_id: string;
  group_id: number;
  v: string;
  // biome-ignore lint/suspicious/noExplicitAny: the object differs by type, and tests look deep into it
  object: any;
}

export interface PollAnswer {
  ts?: string;
  failed?: number;
  updates?: Update[];
}

/** Polls without vk-io, to see the raw answers. */
export async function openPoll(
  vk: VK,
): Promise<{ poll: (ts?: string, waitSeconds?: number) => Promise<PollAnswer>; ts: string }> {
  const { key, server, ts } = await vk.api.groups.getLongPollServer({ group_id: groupId });
  let next = ts;
  const poll = async (from = next, waitSeconds = 2): Promise<PollAnswer> => {
    const response = await fetch(`${server}?act=a_check&key=${key}&ts=${from}&wait=${waitSeconds}`);
    const answer = (await response.json()) as PollAnswer;
    next = answer.ts ?? next;
    return answer;
  };
  return { poll, ts };
}
