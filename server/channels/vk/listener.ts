/** Listens for VK's communities: each one's session is its long poll. */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import type { AnnounceCommunity } from '../../communities/connection.ts';
import type { LeaseTimes } from '../../communities/lease.ts';
import { type Listener, startListener } from '../listener.ts';
import type { VkClients } from './clients.ts';
import { loggable } from './errors.ts';
import { runSession, type SessionTimes, usualSessionTimes } from './session.ts';
import type { UpdateParts } from './updates.ts';

export interface VkListenerParts extends Omit<UpdateParts, 'logger'> {
  communities: Model<Community>;
  clients: VkClients;
  announce: AnnounceCommunity;
  logger: Logger;
  /** Differs for every process that ever runs: a restarted one is another. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  sessionTimes?: SessionTimes | undefined;
}

export function startVkListener(parts: VkListenerParts): Listener {
  const times = parts.sessionTimes ?? usualSessionTimes;
  return startListener({
    ...parts,
    network: 'vk',
    loggable,
    runSession: (community, signal) =>
      runSession(
        { ...parts, owner: parts.processId, times },
        community,
        parts.clients.ofCommunity(community),
        signal,
      ),
  });
}
