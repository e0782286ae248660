/**
 * Prepares VK's updates, from long poll and webhook alike, for the intake: parses them, asks VK for omitted parts,
 * and groups them by dialogue. Planning never throws. A message that cannot be read becomes an event that cannot be
 * stored, so that it is kept aside.
 */
import type { Logger } from 'pino';
import type { Intake } from '../../conversations/intake/networkEvent.ts';
import { areStagesWatched, reportStage } from '../../observability/stages.ts';
import type { IntakeWatch } from '../intakeWatch.ts';
import type { AsideDeps, Ingest } from '../keepAside.ts';
import type { KeyedQueue } from '../keyedQueue.ts';
import { UnreadableEventError } from '../whyFailed.ts';
import { reading, type VkClient } from './clients.ts';
import { loggable } from './errors.ts';
import { readByNumbers } from './history.ts';
import { ingestEvent } from './ingestEvent.ts';
import { letterOfUpdate } from './letters.ts';
import { historiesOfOthersFail } from './othersFail.ts';
import { toNetworkMessage } from './parse.ts';
import { type ReadUpdate, readUpdate } from './readUpdate.ts';
import { type VkUpdate, vkUpdate } from './schema.ts';

type ReadForUs = Exclude<ReadUpdate, { kind: 'ignored' | 'unreadable' }>;

/** The outcomes that the metrics count. */
export type VkCount =
  | 'taken'
  | 'repeated'
  | 'backfilled'
  | 'unknownType'
  | 'notOnePerson'
  | 'unreadable'
  | 'keptAside';
export type CountVk = (what: VkCount, amount?: number) => void;

export interface UpdateDeps extends AsideDeps {
  intake: Intake;
  keyedQueue: KeyedQueue;
  logger: Logger;
  watch: Pick<IntakeWatch, 'begin' | 'failed' | 'succeeded'>;
  count: CountVk;
  /** Called after a new message is stored, with its time of receipt by `performance.now()`. */
  onStored?: (receivedAtMs: number) => void;
}

/** The updates of one dialogue. `events` must be ingested in this order, in the queue of `queueKey`. */
export interface DialogueUpdates {
  queueKey: string;
  events: Ingest[];
}

/**
 * Groups updates by dialogue. Messages are sorted by their position; edits, read marks and reactions follow them. VK
 * promises no order, and every message out of order would cost a read of the history.
 */
export function planUpdates(
  deps: UpdateDeps,
  client: VkClient,
  given: readonly unknown[],
): DialogueUpdates[] {
  const dialogues = new Map<string, Planned[]>();
  for (const one of given) {
    const planned = planOne(deps, client, one);
    if (!planned) continue;
    const list = dialogues.get(planned.peerId) ?? [];
    list.push(planned);
    dialogues.set(planned.peerId, list);
  }
  return [...dialogues].map(([peerId, list]) => ({
    queueKey: queueKeyOf(client, peerId),
    // The sort is stable: updates without a position keep their order, after the messages.
    events: list.sort((left, right) => left.position - right.position).map(({ event }) => event),
  }));
}

export function queueKeyOf(client: VkClient, peerId: string): string {
  return `${client.community.id}:${peerId}`;
}

interface Planned {
  peerId: string;
  position: number;
  event: Ingest;
}

function planOne(deps: UpdateDeps, client: VkClient, given: unknown): Planned | null {
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
    return isMessage(update) ? planUnreadable(deps, client, update) : null;
  }
  const receivedAtMs = performance.now();
  if (read.kind === 'message') reportReceived(read, receivedAtMs);
  return {
    peerId: read.peerId,
    position: positionOf(read),
    event: {
      community: client.community,
      ingest: () => ingestRead(deps, client, read, receivedAtMs),
      letter: () => letterOfUpdate(update, read.peerId),
      failsForOthers: () => historiesOfOthersFail(client, read.peerId),
      keptAside: () => count('keptAside'),
    },
  };
}

function reportReceived({ peerId, message }: Extract<ReadUpdate, { kind: 'message' }>, atMs: number): void {
  if (!areStagesWatched()) return;
  const externalId = String(message.conversation_message_id);
  reportStage({ stage: 'received', atMs, peerId, externalId });
}

const isMessage = ({ type }: VkUpdate) => ['message_new', 'message_reply', 'message_edit'].includes(type);

/** Its dialogue is not known, so it has a queue of its own. */
function planUnreadable({ count }: UpdateDeps, client: VkClient, update: VkUpdate): Planned {
  return {
    peerId: 'unreadable',
    position: 0,
    event: {
      community: client.community,
      ingest: () => Promise.reject(new UnreadableEventError()),
      letter: () => letterOfUpdate(update, null),
      keptAside: () => count('keptAside'),
    },
  };
}

/** Permissions come first: before a new client's first message, the permission is skipped by `ingestRead`. */
function positionOf(read: ReadForUs): number {
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
  // A new client's first message comes with a permission. Skip it: there is no conversation yet to apply it to.
  if (read.kind === 'permission' && !(await intake.isMet(client.community, read.peerId)))
    return count('repeated');
  const event = await toEvent(client, read);
  const eventDeps = { ...deps, keptAside: () => count('keptAside') };
  const { isNew, backfilled } = await ingestEvent(eventDeps, client, event);
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

/** VK shows a spinner on the button until the press is answered, about a minute (reference, section 3.2). */
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
    // For a repeated event VK refuses a second answer.
    logger.debug(
      { error: loggable(error), communityId: client.community.id },
      'a callback button could not be answered',
    );
  }
}

function idsOf(client: VkClient, update: VkUpdate): Record<string, unknown> {
  return { communityId: client.community.id, type: update.type, eventId: update.event_id };
}
