/** The sandbox where it stands in for the networks: started before the desk, and connected to it like any community. */
import { join } from 'node:path';
import { type CommunityActionParts, connectCommunity } from '../communities/connectCommunity.ts';
import { sampleCommunity, seedSample } from '../sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../sandbox/startSandbox.ts';
import type { Ground } from './ground.ts';

export async function openSandbox(
  { config, logger, closing }: Ground,
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

/** Its own community, connected at the first start the way an administrator would. */
export async function connectSample(sandbox: Sandbox, actions: CommunityActionParts): Promise<void> {
  seedSample(sandbox.control);
  const outcome = await connectCommunity(actions, {
    network: 'vk',
    token: sampleCommunity.token,
    intake: { longPoll: true, webhook: false },
  });
  if (outcome.kind !== 'done' && outcome.kind !== 'communityExists')
    actions.logger.warn({ outcome: outcome.kind }, "the sandbox's community could not be connected");
}
