/**
 * Builds VK's part of the desk: the channel that domains send through, the webhook's route, the gateway that connects
 * communities, and the listener where this process is one. Long poll and webhook share one set of lanes.
 */
import type { Router } from 'express';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { AnnounceCommunity } from '../../communities/connection.ts';
import type { CommunityGateway } from '../../communities/gateway.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { Channel } from '../../conversations/outbox/channel.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ServiceChannel } from '../../serviceMessages/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { createLanes } from '../lanes.ts';
import type { OwnApiNeeds } from '../ownApiChannel.ts';
import { createVkChannel } from './channel.ts';
import { createVkClients } from './clients.ts';
import { createVkGateway } from './gateway.ts';
import { startVkListener } from './listener.ts';
import { createVkServiceChannel } from './serviceChannel.ts';
import type { SessionTimes } from './session.ts';
import type { CountVk, UpdateParts } from './updates.ts';
import { vkWebhookRouter } from './webhook.ts';

export interface VkParts {
  communities: Model<Community>;
  sealing: Sealing;
  intake: Intake;
  announce: AnnounceCommunity;
  logger: Logger;
  metrics: Pick<Metrics, 'eventsTaken'>;
  onStored?: UpdateParts['onStored'];
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
  gateway: CommunityGateway;
  webhookRouter: Router;
  /** Communities have changed: look now rather than within a second. */
  wake(): void;
  /** True while this process looks for communities to listen for. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export function startVkChannel(parts: VkParts): StartedVk {
  const { communities, sealing, intake, announce, logger, metrics } = parts;
  const clients = createVkClients({ communities, sealing, apiBaseUrl: parts.apiBaseUrl });
  const lanes = createLanes();
  const updatesBy = (transport: 'longPoll' | 'webhook'): UpdateParts => {
    const count: CountVk = (outcome, amount = 1) =>
      metrics.eventsTaken.inc({ network: 'vk', transport, outcome }, amount);
    return { intake, lanes, logger, count, ...(parts.onStored && { onStored: parts.onStored }) };
  };
  const listener = parts.isListening
    ? startVkListener({
        ...updatesBy('longPoll'),
        communities,
        clients,
        announce,
        processId: parts.processId,
        leaseTimes: parts.leaseTimes,
        sessionTimes: parts.sessionTimes,
      })
    : null;
  const channelParts = { communities, clients, announce, logger };
  return {
    channel: createVkChannel(channelParts),
    openServiceChannel: (needs) => createVkServiceChannel({ ...channelParts, ...needs }),
    gateway: createVkGateway(clients),
    webhookRouter: vkWebhookRouter({ ...updatesBy('webhook'), communities, sealing, clients }),
    wake: () => listener?.wake(),
    isListening: () => listener?.isRunning() ?? false,
    stop: async () => listener?.stop(),
  };
}
