/**
 * A final status never changes (N1, statuses only forward), so trying again makes a new message of the same request.
 * It is validated like any other (N7, the daily quota; N8, text length; N19, TTL). Its token names only the previous
 * message: however often and by whomever it is repeated, there is one message, whose id needs no query.
 */
import { createHash } from 'node:crypto';
import type { Types } from 'mongoose';
import { mendableCodes } from '../../shared/schemas/delivery.ts';
import type { SendRequest } from '../../shared/v1/messages.ts';
import type { Phones } from '../phones/servicePhones.ts';
import { messageIdOf } from '../serviceMessages/accepting/accept.ts';
import type { SendItem } from '../serviceMessages/accepting/sendingPort.ts';
import type { Accepting, AcceptOutcome } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';

type EndedMessage = Pick<ServiceMessage, 'status' | 'endCode' | 'history'>;

/** True when a person can fix the reason of the failure, or when the message expired before any network took it. */
export function canTryAgain({ status, endCode, history }: EndedMessage): boolean {
  if (status === 'expired') return !history.some((line) => line.status === 'sent');
  return status === 'undelivered' && (mendableCodes as readonly (string | null)[]).includes(endCode);
}

/** The id of the message that tries this one again, whether it exists or not. */
export function againIdOf(message: Pick<ServiceMessage, '_id' | 'senderKey'>): Types.ObjectId {
  return messageIdOf(message, [tokenOf(message)]);
}

/** One outcome per message, in order. A repeat finds the message that the first call made. */
export async function tryAgain(
  { accepting, phones }: { accepting: Accepting; phones: Phones },
  messages: readonly ServiceMessage[],
  /** Those that the person may see: no other community sends for them. */
  communityIds: readonly string[] | 'all',
): Promise<AcceptOutcome[]> {
  const outcomes: AcceptOutcome[] = Array.from({ length: messages.length });
  // Keeps the original sender, so that the company's systems are notified of its statuses too.
  for (const senderKey of new Set(messages.map((message) => message.senderKey))) {
    const own = [...messages.entries()].filter(([, message]) => message.senderKey === senderKey);
    const { companyId } = own[0]![1];
    const accepted = await accepting.accept(
      { companyId, senderKey, statusUrl: null, ...(communityIds !== 'all' && { communityIds }) },
      own.map(([, message]) => itemOf(message, phones)),
    );
    for (const [at, [place]] of own.entries()) outcomes[place] = accepted[at]!;
  }
  return outcomes;
}

function itemOf(message: ServiceMessage, phones: Phones): SendItem {
  const { clientMessageId, statusUrl, callbackData, sendAt, acceptedAt, expiresAt } = message;
  const request: SendRequest = {
    phone: phones.open(message.phoneSealed, message._id),
    template: message.templateName,
    variables: message.variables,
    deliveryPolicy: message.deliveryPolicy,
    route: message.route.map(({ network }) => network),
    ttlSeconds: Math.round((expiresAt.getTime() - (sendAt ?? acceptedAt).getTime()) / 1000),
    ...(clientMessageId === null ? {} : { clientMessageId }),
    ...(statusUrl === null ? {} : { statusUrl }),
    ...(callbackData === null ? {} : { callbackData }),
  };
  const token = tokenOf(message);
  return {
    request,
    repeatTokens: [token],
    // Depends on the token alone: a template that was changed meanwhile does not make it another request.
    requestHash: createHash('sha256').update(token).digest('base64url'),
    againOf: message._id,
  };
}

function tokenOf({ _id }: Pick<ServiceMessage, '_id'>): string {
  return `again:${_id.toHexString()}`;
}
