/** Which units of the daily quota (N7) a message holds: one per network of its route (N24) that is not skipped. */
import { type Model, Types } from 'mongoose';
import { serviceStatuses } from '../../../shared/v1/statuses.ts';
import type { ServiceMessage, Try } from '../serviceMessage.model.ts';
import { givesUnitBack, isUndecided } from '../statuses/statusLine.ts';
import type { UnitRequest } from './quota.ts';

const undecided = serviceStatuses.filter(isUndecided);

type Holder = Pick<ServiceMessage, '_id' | 'phoneIndex' | 'tries' | 'expiresAt' | 'isQuotaFree'>;

/** The last unit is the current try's. */
export function unitsOf(message: Holder): UnitRequest[] {
  return unitsOfTries(message, ({ isSkipped }) => !isSkipped);
}

/** The units to release: all if the message did not reach the client, otherwise those of the skipped networks. */
export function unitsToReturn(message: Holder & Pick<ServiceMessage, 'status' | 'endCode'>): UnitRequest[] {
  const hasFailed = givesUnitBack(message);
  return unitsOfTries(message, ({ isSkipped }) => hasFailed || isSkipped === true);
}

function unitsOfTries(
  { _id, phoneIndex, tries, expiresAt, isQuotaFree }: Holder,
  isIncluded: (each: Try) => boolean,
): UnitRequest[] {
  return tries.filter(isIncluded).map(({ communityId }) => ({
    communityId,
    phoneIndex,
    messageId: _id,
    sentBy: expiresAt,
    ...(isQuotaFree && { isUnlimited: true }),
  }));
}

/**
 * Of messages not yet handed over in the community, finds the ids of those that still hold a unit there: stored and
 * undecided. If an earlier network of the route delivered the message after all, the next network never gets it.
 */
export function findHolders(serviceMessages: Model<ServiceMessage>) {
  return async (communityId: string, messageIds: Types.ObjectId[]): Promise<Set<string>> => {
    if (messageIds.length === 0) return new Set();
    const holding = await serviceMessages
      .find(
        {
          _id: { $in: messageIds },
          status: { $in: undecided },
          tries: { $elemMatch: { communityId: new Types.ObjectId(communityId), isSkipped: { $ne: true } } },
        },
        { _id: 1 },
      )
      .lean<{ _id: Types.ObjectId }[]>();
    return new Set(holding.map(({ _id }) => _id.toHexString()));
  };
}
