/**
 * Builds VK's part of the desk: the channel that domains send through, the webhook's route, the gateway that connects
 * communities, and the listener where this process is one. Long poll and webhook share one set of lanes.
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
import type { Metrics } from '../../observability/metrics.ts';
import type { ServiceChannel } from '../../serviceMessages/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { createKeyedQueue } from '../keyedQueue.ts';
import type { OwnApiNeeds } from '../ownApiChannel.ts';
import { createVkChannel } from './channel.ts';
import { createVkClients } from './clients.ts';
import { createVkConnector } from './connector.ts';
import { startVkListener } from './listener.ts';
import { createVkServiceChannel } from './serviceChannel.ts';
import type { SessionTimes } from './session.ts';
import type { CountVk, UpdateDeps } from './updates.ts';
import { vkWebhookRouter } from './webhook.ts';

export interface VkDeps {
  communities: Model<Community>;
  sealing: Sealing;
  intake: Intake;
  publish: PublishCommunity;
  logger: Logger;
  metrics: Pick<Metrics, 'eventsTaken'>;
  onStored?: UpdateDeps['onStored'];
  /** Differs for every process that ever runs: a restarted one is another. */
  processId: string;
  /** Where VK's methods are, for instance `https://api.vk.ru/method`; plain HTTP on loopback only. */
  apiBaseUrl: string;
  /** False in a process that leaves long poll to others; it may still take webhooks and send. */
  isListening: boolean;
  leaseTimes?: LeaseTimes;
  sessionTimes?: SessionTimes;
}

export interface StartedVk {
  channel: Channel;
  openServiceChannel(needs: OwnApiNeeds): ServiceChannel;
  connector: CommunityConnector;
  webhookRouter: Router;
  /** Communities have changed: look now rather than within a second. */
  wake(): void;
  /** True while this process looks for communities to listen for. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export function startVkChannel(deps: VkDeps): StartedVk {
  const { communities, sealing, intake, publish, logger, metrics } = deps;
  const clients = createVkClients({ communities, sealing, apiBaseUrl: deps.apiBaseUrl });
  const keyedQueue = createKeyedQueue();
  const updatesBy = (transport: 'longPoll' | 'webhook'): UpdateDeps => {
    const count: CountVk = (outcome, amount = 1) =>
      metrics.eventsTaken.inc({ network: 'vk', transport, outcome }, amount);
    return { intake, keyedQueue, logger, count, ...(deps.onStored && { onStored: deps.onStored }) };
  };
  const listener = deps.isListening
    ? startVkListener({
        ...updatesBy('longPoll'),
        communities,
        clients,
        publish,
        processId: deps.processId,
        leaseTimes: deps.leaseTimes,
        sessionTimes: deps.sessionTimes,
      })
    : null;
  const channelParts = { communities, clients, publish, logger };
  return {
    channel: createVkChannel(channelParts),
    openServiceChannel: (needs) => createVkServiceChannel({ ...channelParts, ...needs }),
    connector: createVkConnector(clients),
    webhookRouter: vkWebhookRouter({ ...updatesBy('webhook'), communities, sealing, clients }),
    wake: () => listener?.wake(),
    isListening: () => listener?.isRunning() ?? false,
    stop: async () => listener?.stop(),
  };
}
