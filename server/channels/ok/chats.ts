/**
 * Finds the chat that holds a person's dialogue. OK sends to a person but reads history by chat, and documents no
 * order for its list of chats. So chats seen before are cached, and the list is walked to find any other.
 */
import type { OkClient } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { isPerson } from './parse.ts';
import { okChat, okChats } from './schema.ts';

export interface KnownChat {
  chatId: string;
  userId: string;
  name: string | null;
}

export interface ListedChat extends KnownChat {
  lastAtMs: number;
}

export interface Chats {
  remember(client: OkClient, chat: KnownChat): void;
  /** Null when the person has no chat with the group. */
  find(client: OkClient, userId: string): Promise<KnownChat | null>;
  /** Every dialogue with one person, page by page. */
  walk(client: OkClient): AsyncGenerator<ListedChat[]>;
}

const PAGE = 100;
const REMEMBERED_MAX = 50_000;

export function createChats(): Chats {
  const known = new Map<string, KnownChat>();
  const keyOf = ({ community }: OkClient, userId: string) => `${community.id} ${userId}`;

  const chats: Chats = {
    remember(client, chat) {
      const key = keyOf(client, chat.userId);
      if (known.size >= REMEMBERED_MAX && !known.has(key)) known.clear();
      known.set(key, { ...chat, name: chat.name ?? known.get(key)?.name ?? null });
    },
    async find(client, userId) {
      const before = known.get(keyOf(client, userId));
      if (before) return before;
      for await (const page of chats.walk(client)) {
        const found = page.find((chat) => chat.userId === userId);
        if (found) return found;
      }
      return null;
    },
    async *walk(client) {
      let marker: string | number | undefined;
      do {
        const answer = okChats.parse(
          await client.api
            .get('me/chats', { count: PAGE, ...(marker === undefined ? {} : { marker }) })
            .catch((error: unknown) => {
              throw asCommunityError(error);
            }),
        );
        const page = answer.chats.flatMap(readChat);
        for (const chat of page) chats.remember(client, chat);
        yield page;
        const isEnd = answer.chats.length === 0 || answer.marker === marker;
        marker = isEnd ? undefined : answer.marker;
      } while (marker !== undefined);
    },
  };
  return chats;
}

/** Empty for a chat of several people: it is not a dialogue with a client. */
function readChat(given: unknown): ListedChat[] {
  const read = okChat.safeParse(given);
  if (!read.success) return [];
  const { chat_id, title, participants, last_event_time } = read.data;
  const people = Object.keys(participants).filter(isPerson);
  const [userId] = people;
  if (userId === undefined || people.length > 1) return [];
  return [{ chatId: chat_id, userId, name: title ?? null, lastAtMs: last_event_time }];
}
