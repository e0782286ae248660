/**
 * Builds the room's parts for OK: the channel for sending, the webhook's route, the connector for settings, and the
 * listener where this process listens.
 */
import type { Router } from 'express';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityConnector } from '../../communities/communityConnector.ts';
import { webhookUrl } from '../../communities/communityView.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { Channel } from '../../conversations/outbox/channel.ts';
import type { DeadLetters } from '../../deadLetters/deadLetters.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ServiceChannel } from '../../serviceMessages/sending/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { CallBudgets } from '../budget/callBudgets.ts';
import { openOrStop } from '../communityStop.ts';
import { createPreparedImages, type PreparedImages } from '../images/preparedImages.ts';
import type { UploadedImage } from '../images/uploadedImage.model.ts';
import { createIntakeWatch, type IntakeWatchTimes } from '../intakeWatch.ts';
import type { AsideDeps } from '../keepAside.ts';
import { createKeyedQueue } from '../keyedQueue.ts';
import { startListener } from '../listener.ts';
import type { OwnApiNeeds } from '../ownApiChannel.ts';
import { type OkApi, okApiAt } from './call.ts';
import { createOkChannel, type StoredIds } from './channel.ts';
import { createChats } from './chats.ts';
import { createOkClients } from './clients.ts';
import { createOkConnector } from './connector.ts';
import { asCommunityError } from './errors.ts';
import { ingestOkLetter } from './ingestLetter.ts';
import type { IngestDeps } from './ingestOkEvent.ts';
import { createOkServiceChannel } from './serviceChannel.ts';
import { type OkSessionTimes, runOkSession, usualOkSessionTimes } from './session.ts';
import { okWebhookUrl } from './subscription.ts';
import { upload } from './upload.ts';
import { okWebhookRouter } from './webhook.ts';

export interface OkDeps {
  communities: Model<Community>;
  sealing: Sealing;
  budgets: CallBudgets;
  uploadedImages: Model<UploadedImage>;
  intake: Intake;
  storedIds: StoredIds;
  publish: PublishCommunity;
  logger: Logger;
  metrics: Pick<Metrics, 'eventsTaken' | 'stalledCommunities'>;
  deadLetters: DeadLetters;
  onStored?: IngestDeps['onStored'];
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  /** The base URL of OK's methods, `https://api.ok.ru/graph`; plain HTTP on loopback only. */
  apiBaseUrl: string;
  /** The address at which OK reaches this desk; null where it cannot. */
  publicUrl: string | null;
  /** False in a process that does not listen; it may still receive webhooks and send. */
  isListening: boolean;
  leaseTimes?: LeaseTimes | undefined;
  sessionTimes?: OkSessionTimes | undefined;
  watchTimes?: IntakeWatchTimes | undefined;
  attemptBackoff?: AsideDeps['attemptBackoff'];
  stopRetryWaitsMs?: readonly number[] | undefined;
}

export interface StartedOk {
  channel: Channel;
  connector: CommunityConnector;
  /** Ingests the raw text of a dead letter again. Rejects as the intake does. */
  ingestLetter(community: Community, letter: { form: string }, raw: string): Promise<void>;
  openServiceChannel(needs: OwnApiNeeds): ServiceChannel;
  webhookRouter: Router;
  /** Call when communities have changed: checks them at once instead of at the next poll. */
  wake(): void;
  /** True while this process checks for groups to listen for. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export function startOkChannel(deps: OkDeps): StartedOk {
  const { communities, sealing, intake, publish, logger, metrics, publicUrl } = deps;
  const openApi = okApiAt({ ...deps, keyOf: (token) => sealing.blindIndex(token, 'call budget of ok') });
  const clients = createOkClients({ communities, sealing, openApi });
  const chats = createChats();
  const prepared: PreparedImages[] = [];
  const { stopRetryWaitsMs, deadLetters } = deps;
  const loggable = (error: unknown) => error;
  const watch = createIntakeWatch({
    network: 'ok',
    communities,
    publish,
    logger,
    stalled: metrics.stalledCommunities,
    times: deps.watchTimes,
  });
  const ingestDeps: IngestDeps = {
    intake,
    keyedQueue: createKeyedQueue(),
    chats,
    deadLetters,
    watch,
    logger,
    loggable,
    attemptBackoff: deps.attemptBackoff,
    countBy: (transport) => (outcome) => metrics.eventsTaken.inc({ network: 'ok', transport, outcome }),
    ...(deps.onStored && { onStored: deps.onStored }),
  };
  const channelDeps = {
    communities,
    clients,
    chats,
    storedIds: deps.storedIds,
    publish,
    logger,
    stopRetryWaitsMs,
  };
  const session = {
    ...ingestDeps,
    communities,
    publish,
    owner: deps.processId,
    times: deps.sessionTimes ?? usualOkSessionTimes,
    webhookUrlOf(community: Community) {
      const { webhookSecretSealed: sealed } = community;
      if (publicUrl === null || !community.intake.webhook || sealed === null) return null;
      const secret = openOrStop(sealing, community, 'webhookSecret', sealed);
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
        stopRetryWaitsMs,
        loggable,
        askAgain: (community) => askAgain(clients.ofCommunity(community).api),
        runSession: (community, signal) =>
          runOkSession(session, community, clients.ofCommunity(community), signal),
      })
    : null;
  return {
    channel: createOkChannel(channelDeps),
    openServiceChannel(needs) {
      const images = createPreparedImages({
        ...deps,
        ...needs,
        async upload(community, _userId, file, signal) {
          const sent = await upload(clients.ofCommunity(community), file, { purpose: 'sending', signal });
          return sent.payload.token;
        },
      });
      prepared.push(images);
      return createOkServiceChannel({ ...channelDeps, ...needs, images });
    },
    connector: createOkConnector(openApi),
    ingestLetter: (community, letter, raw) =>
      ingestOkLetter(ingestDeps, clients.ofCommunity(community), letter, raw),
    webhookRouter: okWebhookRouter({ ...ingestDeps, communities, sealing, clients }),
    wake: () => listener?.wake(),
    isListening: () => listener?.isRunning() ?? false,
    async stop() {
      for (const images of prepared) images.stop();
      await listener?.stop();
      await watch.stop();
    },
  };
}

/** The call that a sweep begins with. */
async function askAgain(api: OkApi): Promise<void> {
  await api.get('me/chats', { count: 1 }).catch((error: unknown) => {
    throw asCommunityError(error);
  });
}
