/** The sending API's five requests, once admitted: to `sendingPort.ts` and back in the contract's shapes. */
import type { Request, Response } from 'express';
import type { V1EndpointName } from '../../../shared/v1/endpoints.ts';
import { type V1Refusal, v1ErrorBody } from '../../../shared/v1/errorCodes.ts';
import {
  type AcceptedAnswer,
  type BatchAnswer,
  batchEnvelope,
  idempotencyKey,
  type MessageAnswer,
  type MessagesPage,
  type MessagesQuery,
} from '../../../shared/v1/messages.ts';
import type {
  ApiSender,
  SendItem,
  SendingPort,
  SendOutcome,
} from '../../serviceMessages/accepting/sendingPort.ts';
import { checkOrRefuse } from './checkRequest.ts';
import { type ProblemOfStatusUrl, readSendItem } from './sendItem.ts';
import { V1Error } from './v1Error.ts';

export interface V1Request {
  sender: ApiSender;
  req: Request;
  res: Response;
  params: { messageId?: string };
  query: unknown;
  body: unknown;
}
export type V1Handler = (request: V1Request) => Promise<unknown>;

export function messageHandlers({
  sending,
  problemOfStatusUrl,
}: {
  sending: SendingPort;
  problemOfStatusUrl: ProblemOfStatusUrl;
}): Record<V1EndpointName, V1Handler> {
  return {
    async sendMessage({ sender, req, res, body }): Promise<AcceptedAnswer> {
      const item = readSendItem(body, { idempotencyName: idempotencyNameOf(req), problemOfStatusUrl });
      if (item.kind === 'wrong') throw new V1Error(item.refusal);
      const [outcome] = await sending.acceptBatch(sender, [item.value]);
      if (!outcome) throw new Error('A message was accepted and has no outcome');
      if (outcome.kind === 'refused') throw new V1Error(outcome.refusal);
      if (outcome.kind === 'repeated') res.setHeader('Idempotent-Replayed', 'true');
      return outcome.message;
    },

    async sendBatch({ sender, req, body }): Promise<BatchAnswer> {
      const { messages } = checkOrRefuse(batchEnvelope, body);
      const name = idempotencyNameOf(req);
      const results: BatchAnswer['results'] = [];
      const items: { place: number; item: SendItem }[] = [];
      messages.forEach((value, place) => {
        const idempotencyName = name === null ? null : `${name}#${place}`;
        const item = readSendItem(value, { idempotencyName, problemOfStatusUrl });
        if (item.kind === 'wrong') results[place] = refusedItem(item.refusal);
        else items.push({ place, item: item.value });
      });
      const outcomes =
        items.length === 0
          ? []
          : await sending.acceptBatch(
              sender,
              items.map(({ item }) => item),
            );
      if (outcomes.length !== items.length) throw new Error('A batch was accepted and lacks outcomes');
      items.forEach(({ place }, index) => {
        results[place] = resultOf(outcomes[index] as SendOutcome);
      });
      const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
      return { accepted: count('accepted'), repeated: count('repeated'), refused: count('refused'), results };
    },

    listMessages: ({ sender, query }): Promise<MessagesPage> =>
      sending.listServiceMessages(sender, query as MessagesQuery),

    async readMessage({ sender, params }): Promise<MessageAnswer> {
      const message = await sending.readServiceMessage(sender, params.messageId ?? '');
      if (!message) throw new V1Error({ code: 'notFound' });
      return message;
    },

    async cancelMessage({ sender, params }): Promise<MessageAnswer> {
      const outcome = await sending.cancelServiceMessage(sender, params.messageId ?? '');
      if (outcome.kind === 'cancelled') return outcome.message;
      if (outcome.kind === 'notFound') throw new V1Error({ code: 'notFound' });
      throw new V1Error({ code: 'messageNotCancellable', details: { status: outcome.status } });
    },
  };
}

/** The draft writes it as a quoted string (draft-ietf-httpapi-idempotency-key-header); most clients do not quote. */
function idempotencyNameOf(req: Request): string | null {
  const given = req.get('idempotency-key')?.trim();
  if (given === undefined) return null;
  const bare = /^"(.*)"$/.exec(given)?.[1] ?? given;
  const checked = idempotencyKey.safeParse(bare);
  if (checked.success) return checked.data;
  throw new V1Error({
    code: 'badRequest',
    field: 'Idempotency-Key',
    problem: {
      ru: 'Idempotency-Key — от 1 до 100 видимых символов ASCII',
      en: 'Idempotency-Key has from 1 to 100 visible ASCII characters',
    },
  });
}

function resultOf(outcome: SendOutcome): BatchAnswer['results'][number] {
  return outcome.kind === 'refused'
    ? refusedItem(outcome.refusal)
    : { outcome: outcome.kind, message: outcome.message };
}

function refusedItem(refusal: V1Refusal): BatchAnswer['results'][number] {
  return { outcome: 'refused', error: v1ErrorBody(refusal) };
}
