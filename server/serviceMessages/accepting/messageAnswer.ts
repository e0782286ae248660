/** Converts a service message to the sending API's answers. */

import { endReasons } from '../../../shared/v1/endReasons.ts';
import type { AcceptedAnswer, MessageAnswer } from '../../../shared/v1/messages.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { currentTryOf } from '../statuses/change.ts';

export function toAcceptedAnswer(message: ServiceMessage): AcceptedAnswer {
  return {
    id: message._id.toHexString(),
    clientMessageId: message.clientMessageId,
    acceptedAt: message.acceptedAt.toISOString(),
    sendAt: message.sendAt?.toISOString() ?? null,
    expiresAt: message.expiresAt.toISOString(),
  };
}

export function toMessageAnswer(message: ServiceMessage, phones: Phones): MessageAnswer {
  const { current } = currentTryOf(message);
  const hasBeenTried = message.status !== 'queued' || (message.outbox?.attempts ?? 0) > 0;
  return {
    ...toAcceptedAnswer(message),
    phone: phones.open(message.phoneSealed, message._id),
    template: message.templateName,
    templateVersion: message.templateVersion,
    text: message.text,
    status: message.status,
    statusAt: message.statusAt.toISOString(),
    network: hasBeenTried ? current.network : null,
    route: message.route.map(({ network }) => network),
    deliveryPolicy: message.deliveryPolicy,
    callbackData: message.callbackData,
    history: message.history.flatMap(({ status, at, network, isApplied, code }) =>
      // Reports that changed no status are for people who investigate a network's problems, not for programs.
      status === 'unknown' || !isApplied
        ? []
        : [
            {
              status,
              at: at.toISOString(),
              network,
              code: code ?? null,
              reason: code ? endReasons[code] : null,
            },
          ],
    ),
  };
}
