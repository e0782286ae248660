/** The sandbox that stands in for the networks: it starts before the desk, which connects it like any community. */
import { join } from 'node:path';
import { changeGateway, type GatewaySettingsDeps } from '../channels/notify/gatewaySettings.ts';
import type { Community } from '../communities/community.model.ts';
import { type CommunityActionDeps, connectCommunity } from '../communities/connectCommunity.ts';
import { sampleCommunity, sampleOkGroup, sampleService, seedSample } from '../sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../sandbox/startSandbox.ts';
import type { AppContext } from './context.ts';

export async function openSandbox(
  { config, logger, closing }: AppContext,
  pageDir: string | null,
): Promise<Sandbox | null> {
  if (!config.isSandboxOn) return null;
  const sandbox = await startSandbox({
    port: config.sandboxPort,
    logger,
    ...(pageDir ? { pageDir } : {}),
    stateFile: join(config.dataDir, 'sandbox.json'),
  });
  closing.add(() => sandbox.close());
  return sandbox;
}

/** Connects its sample community in each network at the first start, as an administrator would. */
export async function connectSample(
  sandbox: Sandbox,
  actions: CommunityActionDeps,
  gateway: GatewaySettingsDeps,
): Promise<void> {
  seedSample(sandbox.control);
  const { okGroupId: groupId, name, token } = sampleOkGroup;
  for (const community of [
    { network: 'vk' as const, token: sampleCommunity.token, intake: { longPoll: true, webhook: false } },
    { network: 'ok' as const, token, groupId, name },
  ]) {
    const outcome = await connectCommunity(actions, community);
    const { kind } = outcome;
    if (kind === 'done') await setGateway(sandbox, gateway, outcome.community);
    else if (kind !== 'communityExists')
      actions.logger.warn({ kind, network: community.network }, 'a sample community could not be connected');
  }
}

/** Sets the sandbox's gateway for the community, in either network. */
async function setGateway(
  { gatewayBaseUrl: baseUrl }: Sandbox,
  deps: GatewaySettingsDeps,
  { _id }: Community,
): Promise<void> {
  const { service, key, statusSecret } = sampleService;
  const edit = { baseUrl, service, credentials: { kind: 'key' as const, key }, statusSecret };
  await changeGateway(deps, _id.toHexString(), edit, null);
}
