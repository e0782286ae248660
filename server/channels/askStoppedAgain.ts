/** Asks a network again whether it accepts a community that it refused: VK gives error 5 in passing too. */

import type { Logger } from 'pino';
import type { Community } from '../communities/community.model.ts';
import type { ConnectionDeps } from '../communities/connection.ts';
import { isTryDue, postponeTry, resumeStopped } from '../communities/stopped.ts';
import { currentTime } from '../work/clock.ts';
import { CommunityStopError } from './communityStop.ts';

export interface AskAgainDeps extends ConnectionDeps {
  logger: Logger;
  /** The calls that a session begins with. Rejects with `CommunityStopError` while the network refuses them. */
  askAgain(community: Community): Promise<void>;
  loggable(error: unknown): unknown;
}

/** The listener's next look starts the session, if the network accepts the community. */
export async function askStoppedAgain(deps: AskAgainDeps, community: Community): Promise<void> {
  const { logger, loggable } = deps;
  if (!isTryDue(community.connection, currentTime())) return;
  const ids = { communityId: community._id.toHexString(), network: community.network };
  try {
    await deps.askAgain(community);
  } catch (error) {
    logger.warn({ ...ids, error: loggable(error) }, 'a stopped community is not accepted yet');
    return postponeTry(deps, community, error instanceof CommunityStopError ? error : null);
  }
  if (await resumeStopped(deps, community)) logger.info(ids, 'the network accepts this community again');
}
