/** A sandbox with one community and two people, and the parts of the channel that need no database. */
import { pino } from 'pino';
import { createCallBudgets } from '../../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../../server/channels/budget/rows.ts';
import { createKeyedQueue } from '../../../../server/channels/keyedQueue.ts';
import { createVkClients, type VkClient } from '../../../../server/channels/vk/clients.ts';
import { loggable } from '../../../../server/channels/vk/errors.ts';
import type { CountVk, UpdateDeps } from '../../../../server/channels/vk/updates.ts';
import { type Sandbox, startSandbox } from '../../../../server/sandbox/startSandbox.ts';
import { createSealing } from '../../../../server/storage/sealing.ts';
import { noWatch, type RecordingLetters, recordingLetters } from '../recordingLetters.ts';
import { type RecordingIntake, recordingIntake } from './recordingIntake.ts';

export const groupId = 77;
export const token = 'token-of-the-shop';
export const anna = 501;
export const boris = 502;
const communityId = '0123456789abcdef01234568';
export const silent = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
export const sealing = createSealing(Buffer.alloc(32, 7));

export interface VkFixture extends AsyncDisposable {
  sandbox: Sandbox;
  client: VkClient;
  intake: RecordingIntake;
  letters: RecordingLetters;
  counts: Record<string, number>;
  deps: UpdateDeps;
  /** Anna sends each text as a separate message. */
  annaWrites(...texts: string[]): number[];
}

export async function startVkFixture(): Promise<VkFixture> {
  const sandbox = await startSandbox({ port: 0, logger: silent });
  seed(sandbox);
  const intake = recordingIntake();
  const letters = recordingLetters();
  const counts: Record<string, number> = {};
  const count: CountVk = (what, amount = 1) => {
    counts[what] = (counts[what] ?? 0) + amount;
  };
  return {
    sandbox,
    client: clientOf(sandbox),
    intake,
    letters,
    counts,
    deps: {
      intake,
      keyedQueue: createKeyedQueue(),
      deadLetters: letters,
      watch: noWatch,
      logger: silent,
      loggable,
      attemptBackoff: { firstMs: 1, mostMs: 5, jitter: 'full' },
      count,
    },
    annaWrites: (...texts) =>
      texts.map((text) => sandbox.control.clientSends({ groupId, userId: anna, text }).cmid),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

export function seed(sandbox: Sandbox): void {
  const { control } = sandbox;
  control.createCommunity({ groupId, name: 'Тестовая лавка', token });
  control.createUser({ userId: anna, firstName: 'Анна', lastName: 'Смирнова', phone: '+79990000001' });
  control.createUser({ userId: boris, firstName: 'Борис', lastName: 'Орлов', phone: '+79990000002' });
  control.setSettings({ callbackRetryScale: 0.01 });
}

/** A client as for a stored community, but without a database. */
export function clientOf(
  sandbox: Sandbox,
  withToken = token,
  budgets = createCallBudgets(rowsInMemory()),
): VkClient {
  const clients = createVkClients({
    communities: undefined as never,
    sealing,
    budgets,
    apiBaseUrl: sandbox.apiBaseUrl,
  });
  return {
    ...clients.ofToken(withToken),
    groupId,
    community: { id: communityId, network: 'vk', externalId: String(groupId) },
    tokenSealed: 'sealed',
  };
}
