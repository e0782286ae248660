/** Starts every network: its channel, its listener where this process is one, and its webhooks. */
import type { Router } from 'express';
import type { Network } from '../../shared/schemas/common.ts';
import { type StartedOk, startOkChannel } from '../channels/ok/startOkChannel.ts';
import { startVkChannel } from '../channels/vk/startVkChannel.ts';
import type { CommunityGateway } from '../communities/gateway.ts';
import type { Intake } from '../conversations/intake/networkEvent.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { ServiceChannel } from '../serviceMessages/serviceChannel.ts';
import type { Channels } from './channels.ts';
import type { Ground } from './ground.ts';

type ServiceNeeds = Parameters<StartedOk['openServiceChannel']>[0];

export interface Networks {
  gatewayOf(network: Network): CommunityGateway;
  /** Service messages by each network's own API, for who is bonded there. */
  openServices(needsOf: (network: Network) => ServiceNeeds): Record<Network, ServiceChannel>;
  webhooks: Router[];
  /** Communities have changed: whoever listens looks at them now. */
  wake(): void;
  isListening(): boolean;
}

export interface NetworksParts {
  channels: Channels;
  intake: Intake;
  announcer: Announcer;
  /** Stands in for every network where it runs. */
  sandbox: Sandbox | null;
  /** Where networks reach this desk; null where they cannot. */
  webhookBaseUrl: string | null;
}

export function startNetworks(ground: Ground, parts: NetworksParts): Networks {
  const { config, store, timing, metrics, closing } = ground;
  const { channels, intake, announcer, sandbox } = parts;

  const onStored = (receivedAtMs: number) =>
    announcer.afterShown(() =>
      metrics.eventToSocketSeconds.observe((performance.now() - receivedAtMs) / 1000),
    );

  const common = {
    communities: store.communities,
    sealing: ground.sealing,
    intake,
    announce: announcer.announce,
    logger: ground.logger,
    metrics,
    onStored,
    processId: ground.processId,
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
    publicUrl: parts.webhookBaseUrl,
    sessionTimes: timing.okSession,
    storedIds: async (community, peerId, externalIds, soughtServiceMessage = null) => {
      const stored = await store.messages
        .find({
          communityId: community.id,
          peerId,
          externalId: { $in: externalIds },
          ...(soughtServiceMessage && { serviceMessageId: { $ne: soughtServiceMessage } }),
        })
        .select({ externalId: 1 })
        .lean<{ externalId: string }[]>();
      return stored.map(({ externalId }) => externalId);
    },
  });
  closing.add(() => ok.stop());
  channels.enter('ok', ok.channel);

  return {
    gatewayOf: (network) => (network === 'vk' ? vk : ok).gateway,
    openServices: (needsOf) => ({
      vk: vk.openServiceChannel(needsOf('vk')),
      ok: ok.openServiceChannel(needsOf('ok')),
    }),
    webhooks: [vk.webhookRouter, ok.webhookRouter],
    wake() {
      vk.wake();
      ok.wake();
    },
    isListening: () => vk.isListening() && ok.isListening(),
  };
}
