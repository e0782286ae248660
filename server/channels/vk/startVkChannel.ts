/** Builds VK's channel out of its parts: the calls, the two intakes and what administrators do with communities. */
import type { Router } from 'express';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { AnnounceCommunity } from '../../communities/connection.ts';
import type { CommunityGateway } from '../../communities/gateway.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import type { Channel } from '../../delivery/channel.ts';
import type { Intake } from '../../messages/networkEvent.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { createVkChannel } from './channel.ts';
import { createVkClients } from './clients.ts';
import { createVkGateway } from './gateway.ts';
import { createLanes } from './lanes.ts';
import { startVkListener } from './listener.ts';
import type { SessionTimes } from './session.ts';
import type { CountVk } from './updates.ts';
import { vkWebhookRouter } from './webhook.ts';

export interface VkParts {
  communities: Model<Community>;
  sealing: Sealing;
  intake: Intake;
  announce: AnnounceCommunity;
  logger: Logger;
  metrics: Metrics;
  processId: string;
  apiBaseUrl: string;
  /** False in a process that leaves long polling to others; its webhook still takes events. */
  isListening: boolean;
  leaseTimes?: LeaseTimes;
  sessionTimes?: SessionTimes;
}

export interface Vk {
  channel: Channel;
  gateway: CommunityGateway;
  webhookRouter: Router;
  /** A community was added or changed: the listener looks at once. */
  wake(): void;
  stop(): Promise<void>;
}

export function startVkChannel(parts: VkParts): Vk {
  const { communities, metrics } = parts;
  const clients = createVkClients(parts);
  const lanes = createLanes();
  const countBy =
    (transport: 'longPoll' | 'webhook'): CountVk =>
    (outcome, amount = 1) =>
      metrics.eventsTaken.inc({ network: 'vk', transport, outcome }, amount);
  const listener = parts.isListening
    ? startVkListener({ ...parts, communities, clients, lanes, count: countBy('longPoll') })
    : null;
  return {
    channel: createVkChannel({ ...parts, clients }),
    gateway: createVkGateway(clients),
    webhookRouter: vkWebhookRouter({ ...parts, clients, lanes, count: countBy('webhook') }),
    wake: () => listener?.wake(),
    stop: async () => listener?.stop(),
  };
}
