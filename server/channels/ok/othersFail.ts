/** Tells one chat's own fault from an outage of OK in which every history fails; as `vk/othersFail.ts`. */
import { currentTimeMs } from '../../work/clock.ts';
import { isPassingAtNetwork } from '../whyFailed.ts';
import type { Chats } from './chats.ts';
import type { OkClient } from './clients.ts';
import { readSince } from './history.ts';

const OTHERS_ASKED = 3;

/** False when the chat of another person can be read, or when nobody else has a chat. */
export async function historiesOfOthersFail(
  chats: Chats,
  client: OkClient,
  chatId: string,
): Promise<boolean> {
  try {
    for await (const page of chats.walk(client)) {
      const others = page.filter((chat) => chat.chatId !== chatId).slice(0, OTHERS_ASKED);
      for (const [at, other] of others.entries()) {
        try {
          await readSince(client, other.chatId, currentTimeMs());
          return false;
        } catch (error) {
          if (!isPassingAtNetwork(error)) throw error;
          if (at === others.length - 1) return true;
        }
      }
      if (others.length > 0) return true;
    }
    return false;
  } catch (error) {
    if (isPassingAtNetwork(error)) return true;
    throw error;
  }
}
