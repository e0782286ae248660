/** VK's channel with a real store, a sandbox and the real intake; several processes may share the store. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Types } from 'mongoose';
import { callBudgetModel } from '../../../../server/channels/budget/callBudget.model.ts';
import { createCallBudgets } from '../../../../server/channels/budget/callBudgets.ts';
import { rowsInDatabase } from '../../../../server/channels/budget/rows.ts';
import { uploadedImageModel } from '../../../../server/channels/images/uploadedImage.model.ts';
import type { IntakeWatchTimes } from '../../../../server/channels/intakeWatch.ts';
import { type SessionTimes, usualSessionTimes } from '../../../../server/channels/vk/session.ts';
import { type StartedVk, startVkChannel } from '../../../../server/channels/vk/startVkChannel.ts';
import { clientModel } from '../../../../server/clients/client.model.ts';
import { type Community, communityModel } from '../../../../server/communities/community.model.ts';
import {
  type CommunityActionDeps,
  connectCommunity,
} from '../../../../server/communities/connectCommunity.ts';
import type { LeaseTimes } from '../../../../server/communities/lease.ts';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { createIntake } from '../../../../server/conversations/intake/ingest.ts';
import type { Intake } from '../../../../server/conversations/intake/networkEvent.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../../server/conversations/message.model.ts';
import { ratingModels } from '../../../../server/conversations/rating/rating.model.ts';
import { createThread } from '../../../../server/conversations/thread/thread.ts';
import { type DeadLetter, deadLetterModel } from '../../../../server/deadLetters/deadLetter.model.ts';
import { createDeadLetters, openDeadLetter } from '../../../../server/deadLetters/deadLetters.ts';
import { createMetrics, type Metrics } from '../../../../server/observability/metrics.ts';
import { type Sandbox, startSandbox } from '../../../../server/sandbox/startSandbox.ts';
import { connectDatabase } from '../../../../server/storage/database.ts';
import type { Change } from '../../../../shared/events.ts';
import { noServiceThreading } from '../../../support/noServiceThreading.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';
import { sealing, seed, silent, token } from './vkFixture.ts';

const leaseTimes: LeaseTimes = { leaseMs: 600, renewEveryMs: 150, lookEveryMs: 60 };
export const sessionTimes: SessionTimes = {
  ...usualSessionTimes,
  poll: { backoff: { firstMs: 10, mostMs: 60, jitter: 'full' }, keyEveryMs: 10, longAwayMs: 60_000 },
};

export const companyId = new Types.ObjectId('0123456789abcdef01234567');

export interface VkProcess {
  vk: StartedVk;
  actions: CommunityActionDeps;
  published: Change[];
  metrics: Metrics;
  /** The address at which VK delivers webhooks to this process. */
  url: string;
  stop(): Promise<void>;
  /** Simulates a power failure: the process releases nothing, and none of its writes reach the store any more. */
  die(): Promise<void>;
}

export interface VkDesk extends AsyncDisposable {
  sandbox: Sandbox;
  store: TestStore;
  process(options?: VkProcessOptions): Promise<VkProcess>;
  connect(process: VkProcess, intake?: Community['intake']): Promise<Community>;
  community(): Promise<Community>;
  /** Resolves when the community is in this state. */
  isIn(state: Community['connection']['state']): Promise<Community>;
  messages(peerId: number): Promise<Message[]>;
  texts(peerId: number): Promise<string[]>;
  /** The dead letters with their raw text, the oldest first. */
  letters(): Promise<(DeadLetter & { raw: string })[]>;
}

export interface VkProcessOptions {
  isListening?: boolean;
  session?: SessionTimes;
  intake?: Intake;
  watchTimes?: IntakeWatchTimes;
  stopRetryWaitsMs?: number[];
  letterLimits?: { perClient: number; perCommunity: number };
}

export async function startVkDesk(): Promise<VkDesk> {
  const store = await openTestStore();
  const sandbox = await startSandbox({ port: 0, logger: silent });
  seed(sandbox);
  const { connection } = store;
  const communities = communityModel(connection);
  const messages = messageModel(connection);
  const deadLetters = deadLetterModel(connection);
  await store.build([
    communities,
    clientModel(connection),
    conversationModel(connection),
    messages,
    deadLetters,
  ] as never);
  const closers: (() => Promise<unknown>)[] = [];
  let processes = 0;

  const desk: VkDesk = {
    sandbox,
    store,
    async process({
      isListening = true,
      session = sessionTimes,
      intake,
      watchTimes,
      stopRetryWaitsMs,
      letterLimits,
    } = {}) {
      processes += 1;
      const own = await connectDatabase(store.uri);
      const published: Change[] = [];
      const metrics = createMetrics({ withProcess: false });
      const publish = (change: Change) => published.push(change);
      const models = {
        companyId,
        communities: communityModel(own),
        clients: clientModel(own),
        conversations: conversationModel(own),
        messages: messageModel(own),
      };
      const conversationStore = createConversationStore(models.conversations, models.messages, publish);
      const vk = startVkChannel({
        communities: models.communities,
        sealing,
        budgets: createCallBudgets(rowsInDatabase(callBudgetModel(own))),
        uploadedImages: uploadedImageModel(own),
        intake:
          intake ??
          createIntake({
            ...ratingModels(store.connection),
            serviceThreading: noServiceThreading,
            ...models,
            conversationStore,
            thread: createThread(models.messages, conversationStore),
            showTyping: () => undefined,
            clientSeen: () => undefined,
          }),
        publish,
        logger: silent,
        metrics,
        deadLetters: createDeadLetters({
          companyId,
          deadLetters: deadLetterModel(own),
          sealing,
          ...(letterLimits && { limits: letterLimits }),
        }),
        watchTimes,
        attemptBackoff: { firstMs: 1, mostMs: 10, jitter: 'full' },
        stopRetryWaitsMs,
        processId: `process-${processes}`,
        apiBaseUrl: sandbox.apiBaseUrl,
        isListening,
        leaseTimes,
        sessionTimes: session,
      });
      const app = express();
      app.use(vk.webhookRouter);
      const http: Server = createServer(app);
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
      let isStopped = false;
      const stop = async (before: () => Promise<unknown>) => {
        if (isStopped) return;
        isStopped = true;
        http.close();
        http.closeAllConnections();
        await before();
        await vk.stop();
        await own.close();
      };
      closers.push(() => stop(async () => undefined));
      return {
        vk,
        published,
        metrics,
        url,
        actions: {
          companyId,
          communities: models.communities,
          connectorOf: () => vk.connector,
          sealing,
          publish,
          wake: vk.wake,
          publicUrl: url,
          canReceiveWebhooks: true,
          logger: silent,
        },
        stop: () => stop(async () => undefined),
        die: () => stop(() => own.close(true)),
      };
    },
    async connect({ actions }, intake = { longPoll: true, webhook: false }) {
      const outcome = await connectCommunity(actions, { network: 'vk', token, intake });
      if (outcome.kind !== 'done') throw new Error(`The community was not connected: ${outcome.kind}`);
      return outcome.community;
    },
    community: () => communities.findOne().orFail().lean<Community>(),
    isIn: (state) =>
      until(`the community to be ${state}`, async () => {
        const community = await desk.community();
        return community.connection.state === state ? community : null;
      }),
    messages: (peerId) =>
      messages
        .find({ peerId: String(peerId) })
        .sort({ seq: 1 })
        .lean<Message[]>()
        .exec(),
    texts: async (peerId) =>
      (await desk.messages(peerId)).filter(({ kind }) => kind !== 'system').map(({ text }) => text),
    async letters() {
      const found = await deadLetters.find().sort({ at: 1 }).lean<DeadLetter[]>();
      return found.map((letter) => ({ ...letter, raw: openDeadLetter(sealing, letter) }));
    },
    async [Symbol.asyncDispose]() {
      for (const close of closers.reverse()) await close();
      await sandbox.close();
      await store[Symbol.asyncDispose]();
    },
  };
  return desk;
}
