/** Hands OK's events and history to the intake, in order within each dialogue, from the webhook and history alike. */
import type { Logger } from 'pino';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { IntakeWatch } from '../intakeWatch.ts';
import { type AsideDeps, ingestOrKeepAside } from '../keepAside.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import type { Chats, ListedChat } from './chats.ts';
import type { OkClient } from './clients.ts';
import { type PressedButton, readButton, readSince } from './history.ts';
import { letterOfChat, letterOfEvent, letterOfMessage } from './letters.ts';
import { historiesOfOthersFail } from './othersFail.ts';
import { isPerson, toNetworkMessage, toPress } from './parse.ts';
import type { OkEvent } from './schema.ts';

export type CountOk = (outcome: 'stored' | 'repeated' | 'ignored' | 'backfilled' | 'keptAside') => void;

export interface IngestDeps extends AsideDeps {
  intake: Intake;
  keyedQueue: KeyedQueue;
  chats: Chats;
  watch: IntakeWatch;
  logger: Logger;
  countBy(transport: 'webhook' | 'history'): CountOk;
  /** Called after a new message is stored, with its time of receipt by `performance.now()`. */
  onStored?(receivedAtMs: number): void;
}

const unreadButton: PressedButton = { label: '…', messageText: '' };

/** Resolves once the event is stored or kept aside. Idempotent. */
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
  await deps.keyedQueue.run(queueKeyOf(client, userId), async () => {
    const ingested = await ingestOrKeepAside(deps, {
      community: client.community,
      ingest: () => deps.keyedQueue.withSlot(() => storeEvent(deps, client, event)),
      letter: () => letterOfEvent(event),
      keptAside: () => count('keptAside'),
    });
    if (ingested.kind === 'keptAside') return;
    count(ingested.value ? 'stored' : 'repeated');
    if (ingested.value) deps.onStored?.(receivedAtMs);
  });
}

type StorableEvent = Exclude<OkEvent, { webhookType: 'CHAT_SYSTEM' }>;

/** One attempt; true when the event is new. */
export async function storeEvent(deps: IngestDeps, client: OkClient, event: StorableEvent): Promise<boolean> {
  const result = await deps.intake.ingest(
    client.community,
    event.webhookType === 'MESSAGE_CREATED'
      ? { type: 'message', message: toNetworkMessage(event, event.sender.user_id, false) }
      : toPress(event, await buttonOf(deps, client, event)),
  );
  return result.kind === 'stored' && result.isNew;
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
  { sinceMs, progress }: { sinceMs: number; progress(): void },
  signal: AbortSignal,
): Promise<number> {
  const count = deps.countBy('history');
  let messages = 0;
  for await (const page of deps.chats.walk(client)) {
    progress();
    for (const chat of page) {
      if (signal.aborted) return messages;
      if (chat.lastAtMs < sinceMs) continue;
      const swept = await deps.keyedQueue.run(queueKeyOf(client, chat.userId), () =>
        ingestOrKeepAside(
          deps,
          {
            community: client.community,
            ingest: () => deps.keyedQueue.withSlot(() => sweepChat(deps, client, chat, sinceMs)),
            letter: () => letterOfChat(chat, sinceMs),
            failsForOthers: () => historiesOfOthersFail(deps.chats, client, chat.chatId),
            keptAside: () => count('keptAside'),
          },
          signal,
        ),
      );
      if (swept.kind === 'stored') messages += swept.value;
      progress();
    }
  }
  return messages;
}

/** One attempt at one dialogue. A message that cannot be stored is kept aside, and the next ones follow. */
export async function sweepChat(
  deps: IngestDeps,
  client: OkClient,
  { chatId, userId }: Pick<ListedChat, 'chatId' | 'userId'>,
  sinceMs: number,
): Promise<number> {
  const count = deps.countBy('history');
  const { community } = client;
  let isNew = 0;
  for (const one of await readSince(client, chatId, sinceMs)) {
    const ingested = await ingestOrKeepAside(deps, {
      community,
      ingest: () =>
        deps.intake.ingest(community, { type: 'message', message: toNetworkMessage(one, userId, true) }),
      letter: () => letterOfMessage(one, userId),
      keptAside: () => count('keptAside'),
    });
    if (ingested.kind === 'keptAside' || ingested.value.kind !== 'stored' || !ingested.value.isNew) continue;
    isNew += 1;
    count('backfilled');
  }
  return isNew;
}

export function queueKeyOf({ community }: OkClient, userId: string): string {
  return `${community.id} ${userId}`;
}
