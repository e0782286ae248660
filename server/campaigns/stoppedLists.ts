/** Which lists may not be sent from now on: the sender asks of each batch that it has claimed, before it hands it over. */
import { Types } from 'mongoose';
import type { Stops } from '../serviceMessages/ports.ts';
import type { Mailing, MailingModels } from './mailing.model.ts';
import { mailingIdOf, senderKeyOf } from './tallies.ts';

const STOPPED = ['paused', 'cancelling', 'cancelled'] as const;

export function createStoppedLists({ mailings }: Pick<MailingModels, 'mailings'>): Stops {
  return {
    async of(senderKeys) {
      const ids = senderKeys.flatMap((key) => mailingIdOf(key) ?? []).map((id) => new Types.ObjectId(id));
      if (ids.length === 0) return new Map();
      const stopped = await mailings
        .find({ _id: { $in: ids }, state: { $in: [...STOPPED] } }, { state: 1 })
        .lean<Pick<Mailing, '_id' | 'state'>[]>();
      return new Map(
        stopped.map(({ _id, state }) => [senderKeyOf(_id), state === 'paused' ? 'held' : 'cancelled']),
      );
    },
  };
}
