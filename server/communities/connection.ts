/** The state of a community's connection. It is written and published to open screens only when it changes. */

import type { Model, Types } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { ConnectionState } from '../../shared/schemas/community.ts';
import { currentTime } from '../work/clock.ts';
import type { Community, StopReason } from './community.model.ts';
import { toCommunityView } from './communityView.ts';
import { nextTryAt } from './stopRetries.ts';

/** Publishes a change to open screens; call it after the change is stored. */
export type PublishCommunity = (change: Extract<Change, { type: 'community.changed' }>) => void;

export interface ConnectionUpdate {
  state: Exclude<ConnectionState, 'disabled'>;
  stopReason?: StopReason;
  /** Null when the network was not asked. */
  networkCode?: number | null;
}

export interface ConnectionDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
  /** The waits before a stopped community is tried again; the last one repeats. Tests set shorter ones. */
  stopRetryWaitsMs?: readonly number[] | undefined;
}

/**
 * True when the state changed. Nothing is written when the token has changed meanwhile, since the update came from
 * the old one, or when the community is disabled. A stopped community stays stopped until its token is changed or
 * `resumeStopped` is called.
 */
export async function setConnection(
  deps: ConnectionDeps,
  community: { _id: Types.ObjectId; tokenSealed: string },
  update: ConnectionUpdate,
): Promise<boolean> {
  const { communities, publish } = deps;
  const { state, stopReason = null, networkCode = null } = update;
  const changed = await communities
    .findOneAndUpdate(
      {
        _id: community._id,
        tokenSealed: community.tokenSealed,
        isEnabled: true,
        ...(state === 'stopped' ? {} : { 'connection.state': { $ne: 'stopped' } }),
        $nor: [
          {
            'connection.state': state,
            'connection.stopReason': stopReason,
            'connection.networkCode': networkCode,
          },
        ],
      },
      {
        $set: {
          connection: {
            state,
            since: currentTime(),
            stopReason,
            networkCode,
            ...(state === 'stopped' ? { retries: 0, nextTryAt: nextTryAt(0, deps.stopRetryWaitsMs) } : {}),
          },
        },
      },
      { returnDocument: 'after' },
    )
    .lean<Community>();
  if (!changed) return false;
  publish({ type: 'community.changed', community: toCommunityView(changed) });
  return true;
}
