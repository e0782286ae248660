/**
 * Everything between the company and one client, the newest first: all their conversations, and the service messages
 * that are in none of these. Each conversation keeps its own order and its own place in the cursor; they are merged by
 * time. No index finds all messages of a client: it would cost one more write for each incoming message.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import pLimit from 'p-limit';
import type { ClientTimelinePage, TimelineItem } from '../../shared/schemas/history.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { listMessages } from '../conversations/thread/listMessages.ts';
import { toMessageView } from '../conversations/thread/messageView.ts';
import { toClientServiceMessage } from '../serviceMessages/clientMessages.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { formatCursor, type Place, parseCursor, readPage } from '../storage/pageCursor.ts';

const PAGE = 30;
/** One per community and user id: clients have a few. The cursor has a place for each. */
const CONVERSATIONS_MOST = 100;
const READS_AT_ONCE = 8;

export interface TimelineDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
}

export interface TimelineRequest {
  clientId: Types.ObjectId;
  /** The blind index of the client's phone; absent when none is known. */
  phoneIndex: string | undefined;
  /** The communities that the reader may see. */
  audience: { communityId?: { $in: string[] } };
  cursor: string | undefined;
}

/** `shownIn`: the conversations of the messages on this page. */
export interface TimelinePage extends Pick<ClientTimelinePage, 'items' | 'nextCursor'> {
  shownIn: Conversation[];
}

/** Before which place each list goes on: a conversation by `seq`, service messages by time. Absent: from the newest. */
interface Places {
  threads: Map<string, number>;
  service: Place | null;
}

interface Candidate {
  at: Date;
  item: TimelineItem;
  pass(): void;
}

export async function readClientTimeline(
  deps: TimelineDeps,
  { clientId, phoneIndex, audience, cursor }: TimelineRequest,
): Promise<TimelinePage> {
  const { companyId, conversations, messages, serviceMessages } = deps;
  const threads = await conversations
    .find({ clientId, companyId, lastSeq: { $gt: 0 }, ...audience } as QueryFilter<Conversation>)
    .sort({ lastActivityAt: -1 })
    .limit(CONVERSATIONS_MOST)
    .lean<Conversation[]>();
  const start = parsePlaces(cursor);
  const places: Places = start ?? { threads: new Map(), service: null };
  // A conversation that began after the first page would show its newest messages among old ones.
  const read = start ? threads.filter(({ _id }) => start.threads.has(shortId(_id))) : threads;

  const limit = pLimit(READS_AT_ONCE);
  const lists = await Promise.all([
    ...read.map((thread) => limit(() => readThread(messages, thread, places))),
    phoneIndex === undefined
      ? { rows: [], hasMore: false }
      : readService(
          serviceMessages,
          {
            companyId,
            phoneIndex,
            ...audience,
            conversationId: { $nin: threads.map(({ _id }) => _id) },
          } as QueryFilter<ServiceMessage>,
          places,
        ),
  ]);
  const items: TimelineItem[] = [];
  const shownIds = new Set<string>();
  while (items.length < PAGE) {
    const next = newestList(lists.map(({ rows }) => rows));
    const head = next?.shift();
    if (!head) break;
    items.push(head.item);
    head.pass();
    if (head.item.kind === 'message') shownIds.add(head.item.message.conversationId);
  }
  const hasMore = lists.some(({ rows, hasMore: more }) => rows.length > 0 || more);
  // A thread of which nothing was shown yet goes on from its newest message.
  for (const { _id, lastSeq } of read)
    if (!places.threads.has(shortId(_id))) places.threads.set(shortId(_id), lastSeq + 1);
  return {
    items,
    nextCursor: hasMore ? formatPlaces(places) : null,
    shownIn: threads.filter(({ _id }) => shownIds.has(_id.toHexString())),
  };
}

interface Listed {
  rows: Candidate[];
  hasMore: boolean;
}

async function readThread(
  messages: Model<Message>,
  thread: Conversation,
  { threads }: Places,
): Promise<Listed> {
  const key = shortId(thread._id);
  const beforeSeq = threads.get(key) ?? thread.lastSeq + 1;
  if (beforeSeq <= 1) return { rows: [], hasMore: false };
  const page = await listMessages(messages, thread, { beforeSeq, limit: PAGE });
  return {
    rows: page.messages.reverse().map((message) => ({
      at: message.sentAt,
      item: { kind: 'message', at: message.sentAt.toISOString(), message: toMessageView(message) },
      pass: () => threads.set(key, message.seq),
    })),
    hasMore: page.hasOlder,
  };
}

async function readService(
  serviceMessages: Model<ServiceMessage>,
  filter: QueryFilter<ServiceMessage>,
  places: Places,
): Promise<Listed> {
  const { rows, nextCursor } = await readPage(serviceMessages, filter, {
    timeField: 'acceptedAt',
    after: places.service,
    limit: PAGE,
  });
  return {
    rows: rows.map((message) => ({
      at: message.acceptedAt,
      item: {
        kind: 'service',
        at: message.acceptedAt.toISOString(),
        communityId: message.communityId.toHexString(),
        // A conversation that the reader may not see is not named.
        message: { ...toClientServiceMessage(message), conversationId: null },
      },
      pass: () => {
        places.service = { at: message.acceptedAt, id: message._id };
      },
    })),
    hasMore: nextCursor !== null,
  };
}

function newestList(lists: Candidate[][]): Candidate[] | null {
  let found: Candidate[] | null = null;
  for (const list of lists) if (list[0] && (!found || list[0].at > found[0]!.at)) found = list;
  return found;
}

/** The last digits of an id: a counter and a random number, enough to tell one client's conversations apart. */
const shortId = (id: Types.ObjectId) => id.toHexString().slice(-12);

function formatPlaces({ threads, service }: Places): string {
  const places = [...threads].map(([id, beforeSeq]) => `${id}-${beforeSeq.toString(36)}`);
  return [service ? formatCursor(service) : '', ...places].join('.');
}

/** Null for the first page. A malformed place is the end of its list, so that a tab keeps what it shows. */
function parsePlaces(cursor: string | undefined): Places | null {
  if (cursor === undefined) return null;
  const [service = '', ...threads] = cursor.split('.');
  const end = { at: new Date(0), id: new Types.ObjectId('0'.repeat(24)) };
  return {
    service: service === '' ? null : (parseCursor(service) ?? end),
    threads: new Map(
      threads.flatMap((text) => {
        const [, id, seq] = /^([0-9a-f]{12})-([0-9a-z]{1,11})$/.exec(text) ?? [];
        return id === undefined || seq === undefined ? [] : [[id, Number.parseInt(seq, 36)] as const];
      }),
    ),
  };
}
