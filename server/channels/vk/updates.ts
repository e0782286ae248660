/**
 * Takes VK's updates in, whichever way they came: reads them, asks VK for what they leave out, and hands them to the
 * intake in their dialogue's lane. An update that cannot be read is counted and logged by its ids, never thrown.
 */
import type { Logger } from 'pino';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import { reading, type VkClient } from './clients.ts';
import { loggable } from './errors.ts';
import { readByNumbers } from './history.ts';
import { ingestEvent } from './ingestEvent.ts';
import { toNetworkMessage } from './parse.ts';
import { type ReadUpdate, readUpdate } from './readUpdate.ts';
import { type VkUpdate, vkUpdate } from './schema.ts';

type ReadForUs = Exclude<ReadUpdate, { kind: 'ignored' | 'unreadable' }>;

/** What is worth a figure in the metrics. */
export type VkCount =
  | 'taken'
  | 'repeated'
  | 'backfilled'
  | 'unknownType'
  | 'notOnePerson'
  | 'unreadable'
  | 'unstorable';
export type CountVk = (what: VkCount, amount?: number) => void;

export interface UpdateDeps {
  intake: Intake;
  keyedQueue: KeyedQueue;
  logger: Logger;
  count: CountVk;
  /** Called when a new message is stored and announced, with when it came, by `performance.now`. */
  onStored?: (receivedAtMs: number) => void;
}

/** One dialogue's part of what came together, in the order in which it is to be taken. */
export interface DialogueUpdates {
  lane: string;
  updates: (() => Promise<void>)[];
}

/**
 * Sorts updates into dialogues. Messages of one batch are put in their dialogue's own order, with what is said
 * about them (edits, readings, reactions) after them: VK promises no order, and a jump costs a look at the history.
 */
export function planUpdates(
  deps: UpdateDeps,
  client: VkClient,
  given: readonly unknown[],
): DialogueUpdates[] {
  const dialogues = new Map<string, { position: number; take: () => Promise<void> }[]>();
  for (const one of given) {
    const planned = planOne(deps, client, one);
    if (!planned) continue;
    const list = dialogues.get(planned.peerId) ?? [];
    list.push(planned);
    dialogues.set(planned.peerId, list);
  }
  return [...dialogues].map(([peerId, list]) => ({
    lane: laneOf(client, peerId),
    // Sorting is stable: what has no place keeps its order, behind the messages.
    updates: list.sort((left, right) => left.position - right.position).map(({ take }) => take),
  }));
}

export function laneOf(client: VkClient, peerId: string): string {
  return `${client.community.id}:${peerId}`;
}

function planOne(
  deps: UpdateDeps,
  client: VkClient,
  given: unknown,
): { peerId: string; position: number; take: () => Promise<void> } | null {
  const { logger, count } = deps;
  const checked = vkUpdate.safeParse(given);
  if (!checked.success) {
    count('unreadable');
    logger.warn({ communityId: client.community.id }, 'an update of VK has no type');
    return null;
  }
  const update = checked.data;
  const read = readUpdate(update);
  if (read.kind === 'ignored') {
    count(read.reason);
    logger.debug({ ...idsOf(client, update), reason: read.reason }, 'an update of VK is not for the desk');
    return null;
  }
  if (read.kind === 'unreadable') {
    count('unreadable');
    logger.warn({ ...idsOf(client, update), issues: read.issues }, 'an update of VK could not be read');
    return null;
  }
  const receivedAtMs = performance.now();
  return {
    peerId: read.peerId,
    position: placeOf(read),
    take: () => ingestRead(deps, client, read, receivedAtMs),
  };
}

/** Permissions first: a new client's comes with the first message, and before it there is nobody to ask about. */
function placeOf(read: ReadForUs): number {
  if (read.kind === 'permission') return 0;
  return read.kind === 'message' && !read.isEdit
    ? read.message.conversation_message_id
    : Number.POSITIVE_INFINITY;
}

async function ingestRead(
  deps: UpdateDeps,
  client: VkClient,
  read: ReadForUs,
  receivedAtMs: number,
): Promise<void> {
  const { intake, count } = deps;
  if (read.kind === 'button') await stopSpinner(deps, client, read);
  // Every new client's first message comes with a permission: it holds for a conversation that is not there yet.
  if (read.kind === 'permission' && !(await intake.isMet(client.community, read.peerId)))
    return count('repeated');
  const event = await toEvent(client, read);
  const { isNew, backfilled } = await ingestEvent(intake, client, event);
  count(isNew ? 'taken' : 'repeated');
  if (backfilled > 0) count('backfilled', backfilled);
  if (isNew && event.type === 'message') deps.onStored?.(receivedAtMs);
}

async function toEvent(client: VkClient, read: ReadForUs): Promise<Parameters<Intake['ingest']>[1]> {
  switch (read.kind) {
    case 'message': {
      let { message } = read;
      if (message.is_cropped) {
        const whole = await readByNumbers(client, read.peerId, [message.conversation_message_id]);
        message = whole[0] ?? message;
      }
      const type = read.isEdit ? 'messageEdited' : 'message';
      return { type, message: toNetworkMessage(message, false) };
    }
    case 'permission':
      return {
        type: 'writableChanged',
        peerId: read.peerId,
        canWrite: (await askWhetherAllowed(client, read.peerId)) ?? read.canWrite,
      };
    default:
      return read.event;
  }
}

/** Null when VK does not say. */
async function askWhetherAllowed(client: VkClient, peerId: string): Promise<boolean | null> {
  try {
    const answer = await reading(() =>
      client.vk.api.messages.isMessagesFromGroupAllowed({
        group_id: client.groupId,
        user_id: Number(peerId),
      }),
    );
    return Number(answer.is_allowed) === 1;
  } catch {
    return null;
  }
}

/** The client's button shows a spinner until it is answered, about a minute (reference, section 3.2). */
async function stopSpinner(
  { logger }: UpdateDeps,
  client: VkClient,
  { userId, peerId, eventId }: Extract<ReadUpdate, { kind: 'button' }>,
): Promise<void> {
  try {
    await client.vk.api.messages.sendMessageEventAnswer({
      event_id: eventId,
      user_id: userId,
      peer_id: Number(peerId),
    });
  } catch (error) {
    // A repeat of the event finds it answered already.
    logger.debug(
      { error: loggable(error), communityId: client.community.id },
      'a callback button could not be answered',
    );
  }
}

function idsOf(client: VkClient, update: VkUpdate): Record<string, unknown> {
  return { communityId: client.community.id, type: update.type, eventId: update.event_id };
}
