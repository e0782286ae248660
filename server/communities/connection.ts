/** How well we are connected to a community. Written only when it changes, and told to open screens then. */
import type { Model, Types } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { ConnectionState } from '../../shared/schemas/community.ts';
import type { Community, StopReason } from './community.model.ts';
import { toCommunityView } from './communityView.ts';

/** Tells open screens; what is told has been stored. */
export type PublishCommunity = (change: Extract<Change, { type: 'community.changed' }>) => void;

export interface ConnectionNews {
  state: Exclude<ConnectionState, 'disabled'>;
  stopReason?: StopReason;
  networkCode?: number;
}

export interface ConnectionDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
}

/**
 * True when it changed. What is learned with one token says nothing about the community under another, and
 * a community that is switched off stays so: then nothing is written. A stopped one stays stopped until its
 * token is changed.
 */
export async function setConnection(
  { communities, publish }: ConnectionDeps,
  community: { _id: Types.ObjectId; tokenSealed: string },
  news: ConnectionNews,
): Promise<boolean> {
  const { state, stopReason = null, networkCode = null } = news;
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
      { $set: { connection: { state, since: new Date(), stopReason, networkCode } } },
      { returnDocument: 'after' },
    )
    .lean<Community>();
  if (!changed) return false;
  publish({ type: 'community.changed', community: toCommunityView(changed) });
  return true;
}
