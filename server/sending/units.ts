/** Which units of quota a message holds: one per network that was, or is to be, really tried (N7, N24). */
import { type Model, Types } from 'mongoose';
import type { UnitRequest } from './quota.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

type Holder = Pick<ServiceMessage, '_id' | 'phoneIndex' | 'tries' | 'expiresAt' | 'isQuotaFree'>;

/** The last is the current try's. */
export function unitsOf(message: Holder): UnitRequest[] {
  return unitsOfTries(
    message,
    message.tries.filter(({ isSkipped }) => !isSkipped),
  );
}

/** What comes back when the message ends: a try that was let go before its call had taken its unit all the same. */
export function unitsTakenFor(message: Holder): UnitRequest[] {
  return unitsOfTries(message, message.tries);
}

function unitsOfTries(
  { _id, isQuotaFree, phoneIndex, expiresAt }: Holder,
  tries: ServiceMessage['tries'],
): UnitRequest[] {
  if (isQuotaFree) return [];
  return tries.map(({ communityId }) => ({ communityId, phoneIndex, messageId: _id, sentBy: expiresAt }));
}

/** Of these messages, those that still hold a unit in the community: stored, and not ended without reaching the client. */
export function findHolders(serviceMessages: Model<ServiceMessage>) {
  return async (communityId: string, messageIds: Types.ObjectId[]): Promise<Set<string>> => {
    if (messageIds.length === 0) return new Set();
    const holding = await serviceMessages
      .find(
        {
          _id: { $in: messageIds },
          status: { $nin: ['undelivered', 'expired'] },
          tries: { $elemMatch: { communityId: new Types.ObjectId(communityId), isSkipped: { $ne: true } } },
        },
        { _id: 1 },
      )
      .lean<{ _id: Types.ObjectId }[]>();
    return new Set(holding.map(({ _id }) => _id.toHexString()));
  };
}
