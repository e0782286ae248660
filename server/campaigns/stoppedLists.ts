/** Finds paused and cancelled campaigns. The sender asks after it claims a batch, before it hands the batch over. */
import { Types } from 'mongoose';
import type { Stops } from '../serviceMessages/ports.ts';
import type { Campaign, CampaignModels } from './campaign.model.ts';
import { campaignIdOf, senderKeyOf } from './tallies.ts';

const STOPPED = ['paused', 'cancelling', 'cancelled'] as const;

export function createStoppedLists({ campaigns }: Pick<CampaignModels, 'campaigns'>): Stops {
  return {
    async of(senderKeys) {
      const ids = senderKeys.flatMap((key) => campaignIdOf(key) ?? []).map((id) => new Types.ObjectId(id));
      if (ids.length === 0) return new Map();
      const stopped = await campaigns
        .find({ _id: { $in: ids }, state: { $in: [...STOPPED] } }, { state: 1 })
        .lean<Pick<Campaign, '_id' | 'state'>[]>();
      return new Map(
        stopped.map(({ _id, state }) => [senderKeyOf(_id), state === 'paused' ? 'held' : 'cancelled']),
      );
    },
  };
}
