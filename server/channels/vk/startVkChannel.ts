/**
 * Builds the room's parts for VK: the channel for sending, the webhook's route, the connector for settings, and the
 * listener where this process listens. Long poll and webhook share one keyed queue.
 */
import type { Router } from 'express';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityConnector } from '../../communities/communityConnector.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { Channel } from '../../conversations/outbox/channel.ts';
import type { DeadLetters } from '../../deadLetters/deadLetters.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ServiceChannel } from '../../serviceMessages/sending/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { CallBudgets } from '../budget/callBudgets.ts';
import { createPreparedImages, type PreparedImages } from '../images/preparedImages.ts';
import type { UploadedImage } from '../images/uploadedImage.model.ts';
import { createIntakeWatch, type IntakeWatchTimes } from '../intakeWatch.ts';
import type { AsideDeps } from '../keepAside.ts';
import { createKeyedQueue } from '../keyedQueue.ts';
import type { OwnApiNeeds } from '../ownApiChannel.ts';
import { createCaptchaWatch } from './captchaWatch.ts';
import { createVkChannel } from './channel.ts';
import { createVkClients } from './clients.ts';
import { createVkConnector } from './connector.ts';
import { loggable } from './errors.ts';
import { ingestVkLetter } from './ingestLetter.ts';
import { startVkListener } from './listener.ts';
import { createVkServiceChannel } from './serviceChannel.ts';
import type { SessionTimes } from './session.ts';
import type { CountVk, UpdateDeps } from './updates.ts';
import { upload } from './upload.ts';
import { vkWebhookRouter } from './webhook.ts';

export interface VkDeps {
  communities: Model<Community>;
  sealing: Sealing;
  budgets: CallBudgets;
  uploadedImages: Model<UploadedImage>;
  intake: Intake;
  publish: PublishCommunity;
  logger: Logger;
  metrics: Pick<Metrics, 'eventsTaken' | 'stalledCommunities'>;
  deadLetters: DeadLetters;
  onStored?: UpdateDeps['onStored'];
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  /** The base URL of VK's methods, for example `https://api.vk.ru/method`; plain HTTP on loopback only. */
  apiBaseUrl: string;
  /** False in a process that does not listen; it may still receive webhooks and send. */
  isListening: boolean;
  leaseTimes?: LeaseTimes;
  sessionTimes?: SessionTimes;
  watchTimes?: IntakeWatchTimes | undefined;
  attemptBackoff?: AsideDeps['attemptBackoff'];
  stopRetryWaitsMs?: readonly number[] | undefined;
}

export interface StartedVk {
  channel: Channel;
  openServiceChannel(needs: OwnApiNeeds): ServiceChannel;
  connector: CommunityConnector;
  /** Ingests the raw text of a dead letter again. Rejects as the intake does. */
  ingestLetter(community: Community, letter: { form: string }, raw: string): Promise<void>;
  webhookRouter: Router;
  /** Call when communities have changed: checks them at once instead of at the next poll. */
  wake(): void;
  /** True while this process checks for communities to listen for. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export function startVkChannel(deps: VkDeps): StartedVk {
  const { communities, sealing, intake, publish, logger, metrics } = deps;
  const captchas = createCaptchaWatch({ communities, publish, logger });
  const clients = createVkClients({ ...deps, communities, sealing, captchas });
  const prepared: PreparedImages[] = [];
  const keyedQueue = createKeyedQueue();
  const { stopRetryWaitsMs } = deps;
  const watch = createIntakeWatch({
    network: 'vk',
    communities,
    publish,
    logger,
    stalled: metrics.stalledCommunities,
    times: deps.watchTimes,
  });
  const updatesBy = (transport: 'longPoll' | 'webhook'): UpdateDeps => {
    const count: CountVk = (outcome, amount = 1) =>
      metrics.eventsTaken.inc({ network: 'vk', transport, outcome }, amount);
    const { deadLetters, onStored, attemptBackoff } = deps;
    const aside = { deadLetters, logger, loggable, attemptBackoff };
    return { ...aside, intake, keyedQueue, watch, count, ...(onStored && { onStored }) };
  };
  const listener = deps.isListening
    ? startVkListener({
        ...updatesBy('longPoll'),
        communities,
        clients,
        publish,
        watch,
        stopRetryWaitsMs,
        processId: deps.processId,
        leaseTimes: deps.leaseTimes,
        sessionTimes: deps.sessionTimes,
      })
    : null;
  const channelDeps = { communities, clients, publish, logger, stopRetryWaitsMs };
  return {
    channel: createVkChannel(channelDeps),
    openServiceChannel(needs) {
      const images = createPreparedImages({
        ...deps,
        ...needs,
        upload: (community, userId, file, signal) =>
          upload(clients.ofCommunity(community), userId, file, { purpose: 'sending', signal }),
      });
      prepared.push(images);
      return createVkServiceChannel({ ...channelDeps, ...needs, images });
    },
    connector: createVkConnector(clients),
    ingestLetter: (community, letter, raw) =>
      ingestVkLetter(updatesBy('longPoll'), clients.ofCommunity(community), letter, raw),
    webhookRouter: vkWebhookRouter({ ...updatesBy('webhook'), communities, sealing, clients }),
    wake: () => listener?.wake(),
    isListening: () => listener?.isRunning() ?? false,
    async stop() {
      for (const images of prepared) images.stop();
      await listener?.stop();
      await watch.stop();
    },
  };
}
