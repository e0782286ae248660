/**
 * Backfills after a gap: walks VK's list of dialogues, newest first, and reads each dialogue that is ahead of the
 * store, until the start of the gap is reached. Also ingests how far each side has read. A dialogue that cannot be
 * read or stored is kept aside, and the others go on. Idempotent.
 */

import pLimit from 'p-limit';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { type AsideDeps, ingestOrKeepAside } from '../keepAside.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import { UnreadableEventError } from '../whyFailed.ts';
import { reading, type VkClient } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { fillGap } from './ingestEvent.ts';
import { letterOfDialogue } from './letters.ts';
import { historiesOfOthersFail } from './othersFail.ts';
import { isPerson } from './parse.ts';
import { vkConversationItem } from './schema.ts';
import type { CountVk } from './updates.ts';
import { queueKeyOf } from './updates.ts';

/** VK's schema 5.199, messages.getConversations: at most 200 a page. */
const PAGE = 200;
/** Reading has its share of the token's budget; more at once would only wait longer. */
const DIALOGUES_AT_ONCE = 4;
/** The first start reads unread dialogues only, at most this many. */
const FIRST_START_DIALOGUES = 1_000;

export interface BackfillDeps extends AsideDeps {
  client: VkClient;
  intake: Intake;
  keyedQueue: KeyedQueue;
  count: CountVk;
  /** Called after each step, however small. */
  progress(): void;
}

/**
 * @param since start of the gap. A known dialogue is read whenever it is ahead of the store; a new one only if its
 *   last message is later than this. Null: a first start, which reads unread dialogues only.
 * @param options.quietMs skips dialogues whose last message is younger than this: its event may still arrive.
 * @returns how many messages were new. Throws `CommunityStopError`; any other error comes from VK or the store and
 *   may be retried.
 */
export async function backfill(
  deps: BackfillDeps,
  since: Date | null,
  signal: AbortSignal,
  { quietMs = 0 } = {},
): Promise<{ dialogues: number; messages: number }> {
  const atOnce = pLimit(DIALOGUES_AT_ONCE);
  const total = { dialogues: 0, messages: 0 };
  const quietBefore = quietMs > 0 ? currentTimeMs() - quietMs : Number.POSITIVE_INFINITY;
  for (let offset = 0; !signal.aborted; offset += PAGE) {
    const page = await readPage(deps.client, offset, since === null ? 'unread' : 'all');
    deps.progress();
    const filled = await Promise.all(
      page.dialogues
        .filter(({ lastAt }) => lastAt <= quietBefore)
        .map((dialogue) => atOnce(() => fillDialogue(deps, dialogue, since, signal))),
    ).catch((error: unknown) => {
      // The caller begins again: the rest of this attempt would only run beside the next one.
      atOnce.clearQueue();
      throw error;
    });
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
  /** As VK sent it. */
  item: unknown;
  peerId: string;
  lastPosition: number;
  lastAt: number;
  readByClient: number;
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
  const dialogues = items.flatMap(readDialogue);
  return {
    dialogues,
    oldestAt: dialogues.at(-1)?.lastAt ?? Number.POSITIVE_INFINITY,
    isLast: items.length < PAGE,
  };
}

/** Empty for a dialogue that is not with one person, or cannot be read. */
function readDialogue(item: unknown): Dialogue[] {
  const read = vkConversationItem.safeParse(item);
  if (!read.success || !isPerson(read.data.conversation.peer.id)) return [];
  const { conversation, last_message } = read.data;
  const lastPosition = conversation.last_conversation_message_id;
  // Read marks are message ids. Without a cmid, a mark can be used only when it is at the last message.
  const position = (mark: number, cmid: number | undefined) =>
    cmid ?? (mark > 0 && mark >= conversation.last_message_id ? lastPosition : 0);
  return [
    {
      item,
      peerId: String(conversation.peer.id),
      lastPosition,
      lastAt: last_message ? last_message.date * 1000 : currentTimeMs(),
      readByClient: position(conversation.out_read, conversation.out_read_cmid),
    },
  ];
}

/** How many messages were new; null when the dialogue was not ahead of the store, or is kept aside. */
async function fillDialogue(
  deps: BackfillDeps,
  dialogue: Dialogue,
  since: Date | null,
  signal: AbortSignal,
): Promise<number | null> {
  const { client, keyedQueue } = deps;
  const { peerId, item } = dialogue;
  return keyedQueue.run(queueKeyOf(client, peerId), async () => {
    if (signal.aborted) return null;
    const event = {
      community: client.community,
      ingest: () => keyedQueue.withSlot(() => readAndStore(deps, dialogue, since)),
      letter: () => letterOfDialogue(item, peerId),
      failsForOthers: () => historiesOfOthersFail(client, peerId),
      keptAside: () => deps.count('keptAside'),
    };
    const filled = await ingestOrKeepAside(deps, event, signal);
    deps.progress();
    return filled.kind === 'stored' ? filled.value : null;
  });
}

async function readAndStore(
  deps: BackfillDeps,
  { peerId, lastPosition, lastAt, readByClient }: Dialogue,
  since: Date | null,
): Promise<number | null> {
  const { client, intake, progress } = deps;
  const tail = await intake.tailPosition(client.community, peerId);
  const isOld = since !== null && lastAt < since.getTime();
  if (tail === 0 && isOld) return null;
  const isBehind = tail < lastPosition;
  const eventDeps = { ...deps, keptAside: () => deps.count('keptAside') };
  const messages = isBehind
    ? await fillGap(eventDeps, client, peerId, { tail, last: lastPosition, progress })
    : 0;
  if (readByClient > 0) {
    const read = { type: 'read', peerId, by: 'client', upToPosition: readByClient } as const;
    await intake.ingest(client.community, read);
  }
  return isBehind ? messages : null;
}

/** One dialogue of the list as VK sent it, whenever its last message was. Rejects as the intake does. */
export async function fillOneDialogue(deps: BackfillDeps, item: unknown): Promise<void> {
  const [dialogue] = readDialogue(item);
  if (!dialogue) throw new UnreadableEventError();
  await deps.keyedQueue.run(queueKeyOf(deps.client, dialogue.peerId), () =>
    deps.keyedQueue.withSlot(() => readAndStore(deps, dialogue, null)),
  );
}
