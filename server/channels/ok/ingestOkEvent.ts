/** Hands OK's events and history to the intake, in order within each dialogue, from the webhook and history alike. */
import type { Logger } from 'pino';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import { isUnstorable } from '../unstorable.ts';
import type { Chats, ListedChat } from './chats.ts';
import type { OkClient } from './clients.ts';
import { type PressedButton, readButton, readSince } from './history.ts';
import { isPerson, toNetworkMessage, toPress } from './parse.ts';
import type { OkEvent } from './schema.ts';

export type CountOk = (outcome: 'stored' | 'repeated' | 'ignored' | 'backfilled' | 'unstorable') => void;

export interface IngestDeps {
  intake: Intake;
  keyedQueue: KeyedQueue;
  chats: Chats;
  logger: Logger;
  countBy(transport: 'webhook' | 'history'): CountOk;
  /** Called after a new message is stored, with its time of receipt by `performance.now()`. */
  onStored?(receivedAtMs: number): void;
}

const unreadButton: PressedButton = { label: '…', messageText: '' };

/** Resolves once the event is stored. Idempotent. */
export async function ingestOkEvent(
  deps: IngestDeps,
  client: OkClient,
  event: OkEvent,
  receivedAtMs: number,
): Promise<void> {
  const count = deps.countBy('webhook');
  if (event.webhookType === 'CHAT_SYSTEM' || !isPerson(event.sender.user_id)) return count('ignored');
  const { sender, recipient } = event;
  const userId = sender.user_id;
  deps.chats.remember(client, { chatId: recipient.chat_id, userId, name: sender.name ?? null });
  await deps.keyedQueue.run(queueKeyOf(client, userId), () =>
    deps.keyedQueue.withSlot(async () => {
      const result = await deps.intake.ingest(
        client.community,
        event.webhookType === 'MESSAGE_CREATED'
          ? { type: 'message', message: toNetworkMessage(event, userId, false) }
          : toPress(event, await buttonOf(deps, client, event)),
      );
      const isNew = result.kind === 'stored' && result.isNew;
      count(isNew ? 'stored' : 'repeated');
      if (isNew) deps.onStored?.(receivedAtMs);
    }),
  );
}

async function buttonOf(
  { logger }: IngestDeps,
  client: OkClient,
  { recipient, mid, payload }: Extract<OkEvent, { webhookType: 'MESSAGE_CALLBACK' }>,
): Promise<PressedButton> {
  const button = await readButton(client, { chatId: recipient.chat_id, mid, payload }).catch(
    (error: unknown) => {
      logger.warn(
        { err: error, communityId: client.community.id },
        'the label of a button could not be read',
      );
      return null;
    },
  );
  return button ?? unreadButton;
}

/** Reads the history of every dialogue with activity since then. Returns how many messages were new. Idempotent. */
export async function sweep(
  deps: IngestDeps,
  client: OkClient,
  sinceMs: number,
  signal: AbortSignal,
): Promise<number> {
  let messages = 0;
  for await (const page of deps.chats.walk(client)) {
    for (const chat of page) {
      if (signal.aborted) return messages;
      if (chat.lastAtMs >= sinceMs) messages += await sweepChat(deps, client, chat, sinceMs);
    }
  }
  return messages;
}

function sweepChat(
  deps: IngestDeps,
  client: OkClient,
  { chatId, userId }: ListedChat,
  sinceMs: number,
): Promise<number> {
  const count = deps.countBy('history');
  return deps.keyedQueue.run(queueKeyOf(client, userId), () =>
    deps.keyedQueue.withSlot(async () => {
      let isNew = 0;
      for (const one of await readSince(client, chatId, sinceMs)) {
        try {
          const message = toNetworkMessage(one, userId, true);
          const result = await deps.intake.ingest(client.community, { type: 'message', message });
          if (result.kind !== 'stored' || !result.isNew) continue;
          isNew += 1;
          count('backfilled');
        } catch (error) {
          // An unstorable message must not block the messages after it.
          if (!isUnstorable(error)) throw error;
          count('unstorable');
        }
      }
      return isNew;
    }),
  );
}

function queueKeyOf({ community }: OkClient, userId: string): string {
  return `${community.id} ${userId}`;
}
