/** Listens for VK's communities; `session.ts` runs each community's session. */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import { type Listener, startListener } from '../listener.ts';
import type { VkClients } from './clients.ts';
import { loggable } from './errors.ts';
import { runSession, type SessionTimes, usualSessionTimes } from './session.ts';
import type { UpdateDeps } from './updates.ts';

export interface VkListenerDeps extends Omit<UpdateDeps, 'logger'> {
  communities: Model<Community>;
  clients: VkClients;
  publish: PublishCommunity;
  logger: Logger;
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  sessionTimes?: SessionTimes | undefined;
}

export function startVkListener(deps: VkListenerDeps): Listener {
  const times = deps.sessionTimes ?? usualSessionTimes;
  return startListener({
    ...deps,
    network: 'vk',
    loggable,
    runSession: (community, signal) =>
      runSession(
        { ...deps, owner: deps.processId, times },
        community,
        deps.clients.ofCommunity(community),
        signal,
      ),
  });
}
