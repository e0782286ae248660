/** Reads messages of one dialogue by their numbers. Messages that VK no longer has are left out. */
import { reading, type VkClient } from './clients.ts';
import { asCommunityError, meaningOf, readFailure, stopReasonOf } from './errors.ts';
import { type VkMessage, vkMessage } from './schema.ts';

/** VK's schema 5.199, messages.getByConversationMessageId: at most 100 numbers a call. */
const MOST_PER_CALL = 100;

/**
 * Messages `from` to `to`, both included, in order. Throws when VK cannot be reached. Yields nothing for a dialogue
 * that VK does not show (deleted user, lost access to this dialogue).
 */
export async function* readRange(
  client: VkClient,
  peerId: string,
  from: number,
  to: number,
): AsyncGenerator<VkMessage[]> {
  for (let first = from; first <= to; first += MOST_PER_CALL) {
    const length = Math.min(MOST_PER_CALL, to - first + 1);
    yield await readByNumbers(
      client,
      peerId,
      Array.from({ length }, (_, index) => first + index),
    );
  }
}

export async function readByNumbers(
  client: VkClient,
  peerId: string,
  numbers: number[],
): Promise<VkMessage[]> {
  try {
    const answer = await reading(() =>
      client.vk.api.messages.getByConversationMessageId({
        peer_id: Number(peerId),
        conversation_message_ids: numbers,
        group_id: client.groupId,
      }),
    );
    const items: readonly unknown[] = answer.items ?? [];
    return items
      .flatMap((item) => {
        const read = vkMessage.safeParse(item);
        return read.success && numbers.includes(read.data.conversation_message_id) ? [read.data] : [];
      })
      .sort((left, right) => left.conversation_message_id - right.conversation_message_id);
  } catch (error) {
    await raiseUnlessOnlyHere(client, error);
    return [];
  }
}

/**
 * An error about one dialogue may concern the whole community: lost rights have the same code. A call for the list of
 * dialogues tells the two apart.
 */
async function raiseUnlessOnlyHere(client: VkClient, error: unknown): Promise<void> {
  const failure = readFailure(error);
  if (failure.kind !== 'code' || meaningOf(failure.code).class === 'retry') throw error;
  if (stopReasonOf(failure.code) === null) return;
  try {
    await reading(() => client.vk.api.messages.getConversations({ count: 1, group_id: client.groupId }));
  } catch (second) {
    throw asCommunityError(second);
  }
}
