/** Implements the sending API's port for a company's own systems. A key sees only its own messages. */
import type { Model } from 'mongoose';
import type { MessagesQuery } from '../../../shared/v1/messages.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import { gatherCalls } from '../../storage/gatherCalls.ts';
import { parseCursor, readPage } from '../../storage/pageCursor.ts';
import type { Accepting, AcceptOutcome, Sender } from '../ports.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { cancelWaiting } from '../statuses/cancelWaiting.ts';
import type { StatusEffects } from '../statuses/statusEffects.ts';
import { toAcceptedAnswer, toMessageAnswer } from './messageAnswer.ts';
import type { ApiSender, SendItem, SendingPort } from './sendingPort.ts';

export interface SendingPortDeps {
  accepting: Accepting;
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
  phones: Phones;
}

interface SingleCall {
  /** The same for all calls of one key. */
  sender: Sender;
  item: SendItem;
}

/** Small enough that no call waits long for the others in its group. */
const SINGLES_AT_ONCE = 200;

export function createSendingPort(deps: SendingPortDeps): SendingPort {
  const { accepting, serviceMessages, phones } = deps;

  const find = async (sender: ApiSender, messageId: string) =>
    /^[0-9a-f]{24}$/.test(messageId)
      ? serviceMessages.findOne({ _id: messageId, senderKey: senderKeyOf(sender) }).lean<ServiceMessage>()
      : null;

  const singles = new Map<string, (call: SingleCall) => Promise<AcceptOutcome>>();

  /** Groups parallel requests of one key that carry one message each, and accepts them together. */
  function acceptSingle(sender: Sender, item: SendItem): Promise<AcceptOutcome> {
    const { senderKey } = sender;
    const gathered =
      singles.get(senderKey) ??
      gatherCalls(
        (calls: SingleCall[]) =>
          accepting.accept(
            calls[0]!.sender,
            calls.map((call) => call.item),
          ),
        { most: SINGLES_AT_ONCE, atOnce: 2 },
      );
    singles.set(senderKey, gathered);
    return gathered({ sender, item });
  }

  return {
    async acceptBatch(sender, items) {
      const { companyId, statusUrl } = sender;
      const keySender: Sender = { companyId, senderKey: senderKeyOf(sender), statusUrl };
      const [single] = items;
      const outcomes =
        items.length === 1 && single
          ? [await acceptSingle(keySender, single)]
          : await accepting.accept(keySender, items);
      return outcomes.map((outcome) =>
        outcome.kind === 'refused'
          ? outcome
          : { kind: outcome.kind, message: toAcceptedAnswer(outcome.message) },
      );
    },

    async readServiceMessage(sender, messageId) {
      const message = await find(sender, messageId);
      return message && toMessageAnswer(message, phones);
    },

    async listServiceMessages(sender, query) {
      const { rows, nextCursor } = await readPage(serviceMessages, filterOf(sender, query), {
        timeField: 'acceptedAt',
        after: parseCursor(query.cursor),
        limit: query.limit,
      });
      return { messages: rows.map((message) => toMessageAnswer(message, phones)), nextCursor };
    },

    async cancelServiceMessage(sender, messageId) {
      const outcome = await cancelWaiting(deps, () => find(sender, messageId));
      return outcome.kind === 'cancelled'
        ? { kind: 'cancelled', message: toMessageAnswer(outcome.message, phones) }
        : outcome;
    },
  };
}

function senderKeyOf({ keyId }: ApiSender): string {
  return `key:${keyId.toHexString()}`;
}

function filterOf(sender: ApiSender, query: MessagesQuery): Record<string, unknown> {
  const { clientMessageId, status, from, to } = query;
  const accepted = {
    ...(from === undefined ? {} : { $gte: new Date(from) }),
    ...(to === undefined ? {} : { $lt: new Date(to) }),
  };
  return {
    senderKey: senderKeyOf(sender),
    ...(clientMessageId === undefined ? {} : { repeatTokens: `client:${clientMessageId}` }),
    ...(status === undefined ? {} : { status }),
    ...(Object.keys(accepted).length > 0 ? { acceptedAt: accepted } : {}),
  };
}
