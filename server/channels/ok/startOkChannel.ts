/**
 * Builds OK's part of the desk: the channel that domains send through, the webhook's route, the gateway that connects
 * groups, and the listener where this process is one.
 */
import type { Router } from 'express';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityConnector } from '../../communities/communityConnector.ts';
import { webhookUrl } from '../../communities/communityView.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { Channel } from '../../conversations/outbox/channel.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ServiceChannel } from '../../serviceMessages/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { createKeyedQueue } from '../keyedQueue.ts';
import { startListener } from '../listener.ts';
import type { OwnApiNeeds } from '../ownApiChannel.ts';
import { okApiAt } from './call.ts';
import { createOkChannel, type StoredIds } from './channel.ts';
import { createChats } from './chats.ts';
import { createOkClients } from './clients.ts';
import { createOkConnector } from './connector.ts';
import type { IngestDeps } from './ingestOkEvent.ts';
import { createOkServiceChannel } from './serviceChannel.ts';
import { type OkSessionTimes, runOkSession, usualOkSessionTimes } from './session.ts';
import { okWebhookUrl } from './subscription.ts';
import { okWebhookRouter } from './webhook.ts';

export interface OkDeps {
  communities: Model<Community>;
  sealing: Sealing;
  intake: Intake;
  storedIds: StoredIds;
  publish: PublishCommunity;
  logger: Logger;
  metrics: Pick<Metrics, 'eventsTaken'>;
  onStored?: IngestDeps['onStored'];
  /** Differs for every process that ever runs: a restarted one is another. */
  processId: string;
  /** Where OK's methods are, `https://api.ok.ru/graph`; plain HTTP on loopback only. */
  apiBaseUrl: string;
  /** Where OK reaches this desk; null where it cannot. */
  publicUrl: string | null;
  /** False in a process that leaves groups to others; it may still take webhooks and send. */
  isListening: boolean;
  leaseTimes?: LeaseTimes | undefined;
  sessionTimes?: OkSessionTimes | undefined;
}

export interface StartedOk {
  channel: Channel;
  connector: CommunityConnector;
  openServiceChannel(needs: OwnApiNeeds): ServiceChannel;
  webhookRouter: Router;
  /** Communities have changed: look now rather than within a second. */
  wake(): void;
  /** True while this process looks for groups to listen for. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export function startOkChannel(deps: OkDeps): StartedOk {
  const { communities, sealing, intake, publish, logger, metrics, publicUrl } = deps;
  const openApi = okApiAt(deps.apiBaseUrl);
  const clients = createOkClients({ communities, sealing, openApi });
  const chats = createChats();
  const taking: IngestDeps = {
    intake,
    keyedQueue: createKeyedQueue(),
    chats,
    logger,
    countBy: (transport) => (outcome) => metrics.eventsTaken.inc({ network: 'ok', transport, outcome }),
    ...(deps.onStored && { onStored: deps.onStored }),
  };
  const channelParts = { communities, clients, chats, storedIds: deps.storedIds, publish, logger };
  const session = {
    ...taking,
    communities,
    publish,
    owner: deps.processId,
    times: deps.sessionTimes ?? usualOkSessionTimes,
    webhookUrlOf(community: Community) {
      const { webhookSecretSealed: sealed } = community;
      if (publicUrl === null || !community.intake.webhook || sealed === null) return null;
      const secret = openSecret(sealing, community, 'webhookSecret', sealed);
      return okWebhookUrl(webhookUrl(publicUrl, community), secret);
    },
  };
  const listener = deps.isListening
    ? startListener({
        network: 'ok',
        communities,
        publish,
        logger,
        processId: deps.processId,
        leaseTimes: deps.leaseTimes,
        loggable: (error) => error,
        runSession: (community, signal) =>
          runOkSession(session, community, clients.ofCommunity(community), signal),
      })
    : null;
  return {
    channel: createOkChannel(channelParts),
    openServiceChannel: (needs) => createOkServiceChannel({ ...channelParts, ...needs }),
    connector: createOkConnector(openApi),
    webhookRouter: okWebhookRouter({ ...taking, communities, sealing, clients }),
    wake: () => listener?.wake(),
    isListening: () => listener?.isRunning() ?? false,
    stop: async () => listener?.stop(),
  };
}
