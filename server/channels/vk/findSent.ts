/** Looks in VK's history for a message whose call lost its answer: by `random_id`, otherwise by text and time. */
import type { Channel, SentLookup } from '../../conversations/outbox/channel.ts';
import { reading, type VkClient } from './clients.ts';
import { meaningOf, readFailure } from './errors.ts';
import { vkMessage } from './schema.ts';

const PAGE = 200;
const MOST_PAGES = 5;
/** The allowed difference between our clock and VK's. */
const CLOCK_SKEW_MS = 60_000;

export async function findSent(
  { vk, groupId }: VkClient,
  { peerId, randomId, text, since }: Parameters<Channel['findSent']>[1],
): Promise<SentLookup> {
  const earliest = since.getTime() - CLOCK_SKEW_MS;
  let sameText: SentLookup | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    let items: readonly unknown[];
    try {
      const answer = await reading(() =>
        vk.api.messages.getHistory({
          peer_id: Number(peerId),
          count: PAGE,
          offset: page * PAGE,
          group_id: groupId,
        }),
      );
      items = answer.items ?? [];
    } catch (error) {
      const failure = readFailure(error);
      const isStop = failure.kind === 'code' && meaningOf(failure.code).class === 'community';
      return isStop ? { kind: 'communityStopped', networkCode: failure.code } : { kind: 'unknown' };
    }
    const messages = items.flatMap((item) => {
      const read = vkMessage.safeParse(item);
      return read.success ? [read.data] : [];
    });
    for (const message of messages) {
      if (message.out !== 1) continue;
      const found = foundAt(message.conversation_message_id);
      if (message.random_id === randomId) return found;
      // Another `random_id` means another message. The text is compared only where VK omits `random_id`.
      const isAnonymous = message.random_id === undefined && message.admin_author_id === undefined;
      if (isAnonymous && message.text.trim() === text.trim() && message.date * 1000 >= earliest)
        sameText = found;
    }
    const oldest = messages.at(-1);
    if (items.length < PAGE || !oldest || oldest.date * 1000 < earliest)
      return sameText ?? { kind: 'absent' };
  }
  return sameText ?? { kind: 'unknown' };
}

function foundAt(position: number): SentLookup {
  return { kind: 'found', externalId: String(position), position };
}
