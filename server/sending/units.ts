/** Which units of quota a message holds: one per network that was, or is to be, really tried (N7, N24). */
import type { UnitRequest } from './quota.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

type Holder = Pick<ServiceMessage, '_id' | 'phoneIndex' | 'tries' | 'expiresAt' | 'isQuotaFree'>;

/** The last is the current try's. */
export function unitsOf(message: Holder): UnitRequest[] {
  if (message.isQuotaFree) return [];
  return message.tries
    .filter(({ isSkipped }) => !isSkipped)
    .map(({ communityId }) => ({
      communityId,
      phoneIndex: message.phoneIndex,
      messageId: message._id,
      sentBy: message.expiresAt,
    }));
}
