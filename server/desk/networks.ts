/** Starts every network: its channel, its listener where this process is one, and its webhooks. */
import type { Router } from 'express';
import { startVkChannel } from '../channels/vk/startVkChannel.ts';
import type { CommunityGateway } from '../communities/gateway.ts';
import type { Intake } from '../messages/networkEvent.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { Channels } from './channels.ts';
import type { Ground } from './ground.ts';

export interface Networks {
  gateway: CommunityGateway;
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
}

export function startNetworks(ground: Ground, parts: NetworksParts): Networks {
  const { config, store, timing, metrics, closing } = ground;
  const { channels, intake, announcer, sandbox } = parts;
  const onStored = (receivedAtMs: number) =>
    announcer.afterShown(() =>
      metrics.eventToSocketSeconds.observe((performance.now() - receivedAtMs) / 1000),
    );

  const vk = startVkChannel({
    communities: store.communities,
    sealing: ground.sealing,
    intake,
    announce: announcer.announce,
    logger: ground.logger,
    metrics,
    onStored,
    processId: ground.processId,
    apiBaseUrl: sandbox?.apiBaseUrl ?? config.vkApiUrl,
    isListening: config.roles.has('listener'),
    ...(timing.lease ? { leaseTimes: timing.lease } : {}),
    ...(timing.session ? { sessionTimes: timing.session } : {}),
  });
  closing.add(() => vk.stop());
  channels.enter('vk', vk.channel);

  return {
    gateway: vk.gateway,
    webhooks: [vk.webhookRouter],
    wake: vk.wake,
    isListening: vk.isListening,
  };
}
