/** Ingests the raw text of a dead letter again. */
import { z } from 'zod';
import { UnreadableEventError } from '../whyFailed.ts';
import type { OkClient } from './clients.ts';
import { type IngestDeps, queueKeyOf, storeEvent, sweepChat } from './ingestOkEvent.ts';
import type { OkLetterForm } from './letters.ts';
import { toNetworkMessage } from './parse.ts';
import { okEvent, okMessage } from './schema.ts';

const messageLetter = z.object({ userId: z.string(), message: okMessage });
const chatLetter = z.object({
  chat: z.object({ chatId: z.string(), userId: z.string() }),
  sinceMs: z.number(),
});

/** One attempt, in the queue of its dialogue. Rejects as the intake does. */
export async function ingestOkLetter(
  deps: IngestDeps,
  client: OkClient,
  { form }: { form: string },
  raw: string,
): Promise<void> {
  const given: unknown = JSON.parse(raw);
  const inQueue = (userId: string, work: () => Promise<unknown>) =>
    deps.keyedQueue.run(queueKeyOf(client, userId), () => deps.keyedQueue.withSlot(work));
  switch (form as OkLetterForm) {
    case 'event': {
      const event = readOr(okEvent, given);
      if (event.webhookType === 'CHAT_SYSTEM') throw new UnreadableEventError();
      await inQueue(event.sender.user_id, () => storeEvent(deps, client, event));
      return;
    }
    case 'message': {
      const { userId, message } = readOr(messageLetter, given);
      await inQueue(userId, () =>
        deps.intake.ingest(client.community, {
          type: 'message',
          message: toNetworkMessage(message, userId, true),
        }),
      );
      return;
    }
    case 'chat': {
      const { chat, sinceMs } = readOr(chatLetter, given);
      await inQueue(chat.userId, () => sweepChat(deps, client, chat, sinceMs));
      return;
    }
    default:
      throw new UnreadableEventError();
  }
}

function readOr<T>(schema: z.ZodType<T>, given: unknown): T {
  const read = schema.safeParse(given);
  if (!read.success) throw new UnreadableEventError();
  return read.data;
}
