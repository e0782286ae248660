/** Starts every network: its channel, its listener where this process is one, and its webhooks. */
import type { Router } from 'express';
import type { Network } from '../../shared/schemas/common.ts';
import { createCallBudgets } from '../channels/budget/callBudgets.ts';
import { rowsInDatabase, rowsInMemory } from '../channels/budget/rows.ts';
import { type StartedOk, startOkChannel } from '../channels/ok/startOkChannel.ts';
import { startVkChannel } from '../channels/vk/startVkChannel.ts';
import type { CommunityConnector } from '../communities/communityConnector.ts';
import type { Intake } from '../conversations/intake/networkEvent.ts';
import { createDeadLetters } from '../deadLetters/deadLetters.ts';
import type { Broadcaster } from '../realtime/broadcaster.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { ServiceChannel } from '../serviceMessages/sending/serviceChannel.ts';
import type { Channels } from './channels.ts';
import type { AppContext } from './context.ts';

type ServiceNeeds = Parameters<StartedOk['openServiceChannel']>[0];

export interface Networks {
  connectorOf(network: Network): CommunityConnector;
  /** Service messages through each network's own API, to clients who are bonded there. */
  openServices(needsOf: (network: Network) => ServiceNeeds): Record<Network, ServiceChannel>;
  /** Ingests the raw text of a dead letter again. Rejects as the intake does. */
  ingestLetter: StartedOk['ingestLetter'];
  webhooks: Router[];
  /** The communities have changed: the listener rereads them now. */
  wake(): void;
  isListening(): boolean;
}

export interface NetworksDeps {
  channels: Channels;
  intake: Intake;
  broadcaster: Broadcaster;
  /** Stands in for every network when it runs. */
  sandbox: Sandbox | null;
  /** Where networks can reach this desk; null where they cannot. */
  webhookBaseUrl: string | null;
}

export function startNetworks(context: AppContext, deps: NetworksDeps): Networks {
  const { config, store, timing, metrics, closing } = context;
  const { channels, intake, broadcaster, sandbox } = deps;

  const onStored = (receivedAtMs: number) =>
    broadcaster.afterShown(() =>
      metrics.eventToSocketSeconds.observe((performance.now() - receivedAtMs) / 1000),
    );

  // An embedded store is open in one process at a time.
  const isShared = config.mongodbUri !== null;
  const common = {
    communities: store.communities,
    uploadedImages: store.uploadedImages,
    budgets: createCallBudgets(isShared ? rowsInDatabase(store.callBudgets) : rowsInMemory()),
    sealing: context.sealing,
    intake,
    publish: broadcaster.publish,
    logger: context.logger,
    metrics,
    deadLetters: createDeadLetters({ ...store, sealing: context.sealing }),
    watchTimes: timing.intakeWatch,
    stopRetryWaitsMs: timing.stopRetryWaitsMs,
    onStored,
    processId: context.processId,
    isListening: config.roles.has('listener'),
    ...(timing.lease ? { leaseTimes: timing.lease } : {}),
  };
  const vk = startVkChannel({
    ...common,
    apiBaseUrl: sandbox?.apiBaseUrl ?? config.vkApiUrl,
    ...(timing.session ? { sessionTimes: timing.session } : {}),
  });
  closing.add(() => vk.stop());
  channels.enter('vk', vk.channel);

  const ok = startOkChannel({
    ...common,
    apiBaseUrl: sandbox?.okBaseUrl ?? config.okApiUrl,
    publicUrl: deps.webhookBaseUrl,
    sessionTimes: timing.okSession,
    storedIds: async (community, peerId, externalIds, exceptServiceMessageId = null) => {
      const stored = await store.messages
        .find({
          communityId: community.id,
          peerId,
          externalId: { $in: externalIds },
          ...(exceptServiceMessageId && { serviceMessageId: { $ne: exceptServiceMessageId } }),
        })
        .select({ externalId: 1 })
        .lean<{ externalId: string }[]>();
      return stored.map(({ externalId }) => externalId);
    },
  });
  closing.add(() => ok.stop());
  channels.enter('ok', ok.channel);

  return {
    connectorOf: (network) => (network === 'vk' ? vk : ok).connector,
    openServices: (needsOf) => ({
      vk: vk.openServiceChannel(needsOf('vk')),
      ok: ok.openServiceChannel(needsOf('ok')),
    }),
    ingestLetter: (community, letter, raw) =>
      (community.network === 'vk' ? vk : ok).ingestLetter(community, letter, raw),
    webhooks: [vk.webhookRouter, ok.webhookRouter],
    wake() {
      vk.wake();
      ok.wake();
    },
    isListening: () => vk.isListening() && ok.isListening(),
  };
}
