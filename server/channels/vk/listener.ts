/** Listens for VK's communities; `session.ts` runs each community's session. */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import type { IntakeWatch } from '../intakeWatch.ts';
import { type Listener, startListener } from '../listener.ts';
import { reading, type VkClients } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { getPollServer } from './pollRequest.ts';
import { runSession, type SessionTimes, usualSessionTimes } from './session.ts';
import type { UpdateDeps } from './updates.ts';

export interface VkListenerDeps extends UpdateDeps {
  communities: Model<Community>;
  clients: VkClients;
  publish: PublishCommunity;
  logger: Logger;
  watch: IntakeWatch;
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  stopRetryWaitsMs?: readonly number[] | undefined;
  sessionTimes?: SessionTimes | undefined;
}

export function startVkListener(deps: VkListenerDeps): Listener {
  const times = deps.sessionTimes ?? usualSessionTimes;
  return startListener({
    ...deps,
    network: 'vk',
    askAgain: (community) => askAgain(deps.clients, community),
    runSession: (community, signal) =>
      runSession(
        { ...deps, owner: deps.processId, times },
        community,
        deps.clients.ofCommunity(community),
        signal,
      ),
  });
}

/** The calls that a session begins with: the list of dialogues, and the keys of the long poll. */
async function askAgain(clients: VkClients, community: Community): Promise<void> {
  const client = clients.ofCommunity(community);
  await reading(() => client.vk.api.messages.getConversations({ count: 1, group_id: client.groupId })).catch(
    (error: unknown) => {
      throw asCommunityError(error);
    },
  );
  if (community.intake.longPoll) await getPollServer(client);
}
