/** Which units of quota a message holds: one per network that was, or is to be, really tried (N7, N24). */
import { type Model, Types } from 'mongoose';
import { serviceStatuses } from '../../shared/v1/statuses.ts';
import type { UnitRequest } from './quota.ts';
import type { ServiceMessage, Try } from './serviceMessage.model.ts';
import { givesUnitBack, isUndecided } from './statusLine.ts';

const undecided = serviceStatuses.filter(isUndecided);

type Holder = Pick<ServiceMessage, '_id' | 'phoneIndex' | 'tries' | 'expiresAt' | 'isQuotaFree'>;

/** The last is the current try's. */
export function unitsOf(message: Holder): UnitRequest[] {
  return unitsOfTries(message, ({ isSkipped }) => !isSkipped);
}

/** Those that must come back: all of a message that did not reach the client, else those of the networks passed by. */
export function unitsToReturn(message: Holder & Pick<ServiceMessage, 'status'>): UnitRequest[] {
  const hasFailed = givesUnitBack(message.status);
  return unitsOfTries(message, ({ isSkipped }) => hasFailed || isSkipped === true);
}

function unitsOfTries(
  { _id, phoneIndex, tries, expiresAt, isQuotaFree }: Holder,
  isMeant: (each: Try) => boolean,
): UnitRequest[] {
  if (isQuotaFree) return [];
  return tries
    .filter(isMeant)
    .map(({ communityId }) => ({ communityId, phoneIndex, messageId: _id, sentBy: expiresAt }));
}

/**
 * Of these messages, none of which was handed over, those that still hold a unit in the community: stored, and not yet
 * decided. One that an earlier network of its route delivered after all is never handed to the next.
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
