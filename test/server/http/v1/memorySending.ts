/** Keeps service messages in memory behind the API's port, so that the API is tested without templates. */
import { Types } from 'mongoose';
import type {
  SendItem,
  SendingPort,
  SendOutcome,
} from '../../../../server/serviceMessages/accepting/sendingPort.ts';
import type { AcceptedAnswer, MessageAnswer } from '../../../../shared/v1/messages.ts';

interface Kept {
  keyId: string;
  item: SendItem;
  accepted: AcceptedAnswer;
  status: MessageAnswer['status'];
}

export interface MemorySending extends SendingPort {
  kept: Kept[];
  /** The name of a template that does not exist. */
  unknownTemplate: string;
}

export function memorySending(): MemorySending {
  const kept: Kept[] = [];
  const answerOf = ({ item: { request }, accepted, status }: Kept): MessageAnswer => ({
    ...accepted,
    phone: request.phone,
    template: request.template,
    templateVersion: 1,
    text: 'Заказ готов',
    status,
    statusAt: accepted.acceptedAt,
    network: null,
    route: request.route ?? ['vk', 'ok'],
    deliveryPolicy: request.deliveryPolicy,
    callbackData: request.callbackData ?? null,
    history: [{ status, at: accepted.acceptedAt, network: null, code: null, reason: null }],
  });
  const find = (keyId: Types.ObjectId, id: string) =>
    kept.find((one) => one.keyId === keyId.toHexString() && one.accepted.id === id);

  function accept(keyId: Types.ObjectId, item: SendItem): SendOutcome {
    if (item.request.template === 'unknown')
      return {
        kind: 'refused',
        refusal: { code: 'templateNotFound', field: 'template', details: { template: 'unknown' } },
      };
    const known = kept.find(
      (one) =>
        one.keyId === keyId.toHexString() &&
        one.item.repeatTokens.some((token) => item.repeatTokens.includes(token)),
    );
    if (known && known.item.requestHash === item.requestHash)
      return { kind: 'repeated', message: known.accepted };
    if (known) {
      const byClient = item.repeatTokens.some(
        (t) => t.startsWith('client:') && known.item.repeatTokens.includes(t),
      );
      return {
        kind: 'refused',
        refusal: { code: byClient ? 'clientMessageIdReused' : 'idempotencyKeyReused' },
      };
    }
    const acceptedAt = new Date().toISOString();
    const accepted: AcceptedAnswer = {
      id: new Types.ObjectId().toHexString(),
      clientMessageId: item.request.clientMessageId ?? null,
      acceptedAt,
      sendAt: item.request.sendAt ?? null,
      expiresAt: acceptedAt,
    };
    kept.push({ keyId: keyId.toHexString(), item, accepted, status: 'queued' });
    return { kind: 'accepted', message: accepted };
  }

  return {
    kept,
    unknownTemplate: 'unknown',
    acceptBatch: async ({ keyId }, items) => items.map((item) => accept(keyId, item)),
    async readServiceMessage({ keyId }, id) {
      const one = find(keyId, id);
      return one ? answerOf(one) : null;
    },
    async listServiceMessages({ keyId }, query) {
      const its = kept.filter((one) => one.keyId === keyId.toHexString());
      return {
        messages: its.slice(0, query.limit).map(answerOf),
        nextCursor: its.length > query.limit ? 'next' : null,
      };
    },
    async cancelServiceMessage({ keyId }, id) {
      const one = find(keyId, id);
      if (!one) return { kind: 'notFound' };
      if (one.status !== 'queued') return { kind: 'notCancellable', status: one.status };
      one.status = 'undelivered';
      return { kind: 'cancelled', message: answerOf(one) };
    },
  };
}
