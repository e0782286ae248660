/**
 * Catches up after a gap: walks VK's list of dialogues, newest first, and reads every one whose end is past what we
 * have, until nothing of the time of the gap is left. Also takes over how far each side has read. Safe to repeat.
 */
import pLimit from 'p-limit';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import { reading, type VkClient } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { fillGap } from './ingestEvent.ts';
import { isPerson } from './parse.ts';
import { vkConversationItem } from './schema.ts';
import type { CountVk } from './updates.ts';
import { laneOf } from './updates.ts';

/** VK's schema 5.199, messages.getConversations: at most 200 a page. */
const PAGE = 200;
/** Few at once, so that answers of agents find room between our calls (20 a second in all). */
const DIALOGUES_AT_ONCE = 4;
/** The first start takes in what waits to be read, not a community's whole past. */
const FIRST_START_DIALOGUES = 1_000;

export interface BackfillDeps {
  client: VkClient;
  intake: Intake;
  keyedQueue: KeyedQueue;
  count: CountVk;
}

/**
 * @param since start of the gap. Dialogues that we know are read whenever they are ahead of us; ones that we have
 *   never met only if they were written in since then. Null: a first start, which takes unread dialogues only.
 * @param options.settledMs leaves dialogues alone that were written in more lately than this: their events may
 *   just be on the way.
 * @returns how many messages were new. Throws `CommunityStopError`, or what VK or the store threw: repeat it then.
 */
export async function backfill(
  deps: BackfillDeps,
  since: Date | null,
  signal: AbortSignal,
  { settledMs = 0 } = {},
): Promise<{ dialogues: number; messages: number }> {
  const atOnce = pLimit(DIALOGUES_AT_ONCE);
  const total = { dialogues: 0, messages: 0 };
  const settledBefore = settledMs > 0 ? Date.now() - settledMs : Number.POSITIVE_INFINITY;
  for (let offset = 0; !signal.aborted; offset += PAGE) {
    const page = await readPage(deps.client, offset, since === null ? 'unread' : 'all');
    const filled = await Promise.all(
      page.dialogues
        .filter(({ lastAt }) => lastAt <= settledBefore)
        .map((dialogue) => atOnce(() => fillDialogue(deps, dialogue, since, signal))),
    );
    const behind = filled.filter((messages) => messages !== null);
    total.dialogues += behind.length;
    total.messages += behind.reduce((sum, messages) => sum + messages, 0);
    const isPastGap = since !== null && behind.length === 0 && page.oldestAt < since.getTime();
    const isEnough = since === null && offset + PAGE >= FIRST_START_DIALOGUES;
    if (page.isLast || isPastGap || isEnough) break;
  }
  if (total.messages > 0) deps.count('backfilled', total.messages);
  return total;
}

interface Dialogue {
  peerId: string;
  lastPosition: number;
  lastAt: number;
  readByClient: number;
  readByCompany: number;
}

async function readPage(
  { vk, groupId }: VkClient,
  offset: number,
  filter: 'all' | 'unread',
): Promise<{ dialogues: Dialogue[]; oldestAt: number; isLast: boolean }> {
  const answer = await reading(() =>
    vk.api.messages.getConversations({ count: PAGE, offset, filter, group_id: groupId }),
  ).catch((error: unknown) => {
    throw asCommunityError(error);
  });
  const items: readonly unknown[] = answer.items ?? [];
  const dialogues = items.flatMap((item) => {
    const read = vkConversationItem.safeParse(item);
    if (!read.success || !isPerson(read.data.conversation.peer.id)) return [];
    const { conversation, last_message } = read.data;
    const lastPosition = conversation.last_conversation_message_id;
    // Read marks are message ids; where VK adds no cmid they say something only at the end of the dialogue.
    const place = (mark: number, cmid: number | undefined) =>
      cmid ?? (mark > 0 && mark >= conversation.last_message_id ? lastPosition : 0);
    return [
      {
        peerId: String(conversation.peer.id),
        lastPosition,
        lastAt: last_message ? last_message.date * 1000 : Date.now(),
        readByClient: place(conversation.out_read, conversation.out_read_cmid),
        readByCompany: place(conversation.in_read, conversation.in_read_cmid),
      },
    ];
  });
  return {
    dialogues,
    oldestAt: dialogues.at(-1)?.lastAt ?? Number.POSITIVE_INFINITY,
    isLast: items.length < PAGE,
  };
}

/** Null when there was nothing to read in it. */
async function fillDialogue(
  { client, intake, keyedQueue }: BackfillDeps,
  dialogue: Dialogue,
  since: Date | null,
  signal: AbortSignal,
): Promise<number | null> {
  const { peerId, lastPosition, readByClient, readByCompany } = dialogue;
  return keyedQueue.run(laneOf(client, peerId), () =>
    keyedQueue.withPlace(async () => {
      if (signal.aborted) return null;
      const tail = await intake.tailPosition(client.community, peerId);
      const isOld = since !== null && dialogue.lastAt < since.getTime();
      if (tail === 0 && isOld) return null;
      const isBehind = tail < lastPosition;
      const messages = isBehind ? await fillGap(intake, client, peerId, tail, lastPosition) : 0;
      for (const [by, upToPosition] of [
        ['client', readByClient],
        ['company', readByCompany],
      ] as const) {
        if (upToPosition > 0)
          await intake.ingest(client.community, { type: 'read', peerId, by, upToPosition });
      }
      return isBehind ? messages : null;
    }),
  );
}
