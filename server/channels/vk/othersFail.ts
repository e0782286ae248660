/**
 * Tells one dialogue's own fault from an outage of VK. In an outage the list of dialogues may work while every history
 * fails; then no event may be given up as one that cannot be stored.
 */
import { isPassingAtNetwork } from '../whyFailed.ts';
import { reading, type VkClient } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { readByNumbers } from './history.ts';
import { isPerson } from './parse.ts';
import { vkConversationItem } from './schema.ts';

const OTHERS_ASKED = 3;

/** False when one of the newest dialogues with other people can be read, or when nobody else has a dialogue. */
export async function historiesOfOthersFail(client: VkClient, peerId: string): Promise<boolean> {
  let items: readonly unknown[];
  try {
    const count = OTHERS_ASKED + 1;
    const answer = await reading(() =>
      client.vk.api.messages.getConversations({ count, group_id: client.groupId }),
    );
    items = answer.items ?? [];
  } catch (error) {
    if (isPassingAtNetwork(error)) return true;
    throw asCommunityError(error);
  }
  let failed = 0;
  for (const item of items) {
    const read = vkConversationItem.safeParse(item);
    if (!read.success) continue;
    const { peer, last_conversation_message_id: last } = read.data.conversation;
    if (!isPerson(peer.id) || String(peer.id) === peerId) continue;
    try {
      await readByNumbers(client, String(peer.id), [last]);
      return false;
    } catch (error) {
      if (!isPassingAtNetwork(error)) throw error;
      failed += 1;
    }
  }
  return failed > 0;
}
