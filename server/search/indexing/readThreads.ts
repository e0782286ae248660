/**
 * Reads what the index has to hold of some threads: their messages from a place on, earlier replies that these answer,
 * and what names the client.
 */
import type { Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { Message } from '../../conversations/message.model.ts';
import {
  type ReplyState,
  startAnswerWalk,
  type WalkedMessage,
  walkedFields,
} from '../../conversations/thread/answerWalk.ts';
import type { Logger } from '../../observability/logger.ts';
import { openClientPhone } from '../../phones/clientPhones.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { Entry } from '../segments/buildSegment.ts';
import { tailTermsOf } from '../text/phoneTails.ts';
import { isSearchable, termsOfClient, termsOfMessage } from '../text/searchable.ts';
import {
  byConversation,
  mayEndWait,
  type ReadMessage,
  readEarlierReplies,
  readFields,
} from './replyStates.ts';

export interface ReadThreadsDeps {
  messages: Model<Message>;
  clients: Model<Client>;
  sealing: Sealing;
  logger: Logger;
}

export interface ThreadPart {
  conversation: Conversation;
  fromSeq: number;
}

export interface ThreadEntries {
  entries: Entry[];
  /** Threads that have lost content: the index must forget it. */
  erasedIn: Types.ObjectId[];
}

/** Messages of one query: long threads are read in parts. */
const MESSAGES_AT_ONCE = 500;

/** Yields at most about `entriesMost` entries at a time, and names the threads that are read whole by then. */
export async function* readThreads(
  deps: ReadThreadsDeps,
  parts: readonly ThreadPart[],
  entriesMost: number,
): AsyncGenerator<ThreadEntries & { done: Conversation[] }> {
  const phones = await readPhones(deps, parts);
  let batch: ThreadEntries & { done: Conversation[] } = { entries: [], erasedIn: [], done: [] };
  let isErased = false;
  for await (const { conversation, earlier, page, states, isFirst, isLast } of readPages(deps, parts)) {
    if (isFirst) isErased = conversation.erasedAt !== undefined;
    const add = (message: ReadMessage) =>
      batch.entries.push(...entriesOf(deps, conversation, message, states.get(message.seq)));
    for (const message of earlier) if (isSearchable(message)) add(message);
    for (const message of page) {
      if (isSearchable(message)) add(message);
      else if (message.kind !== 'system') isErased = true;
    }
    if (batch.entries.length >= entriesMost) {
      yield batch;
      batch = { entries: [], erasedIn: [], done: [] };
    }
    if (!isLast) continue;
    if (isErased) batch.erasedIn.push(conversation._id);
    if (!conversation.erasedAt) batch.entries.push(clientEntry(deps, conversation, phones));
    batch.done.push(conversation);
  }
  yield batch;
}

interface ThreadPage {
  conversation: Conversation;
  /** Replies before the part that are answered in it, or were: their rows change. */
  earlier: ReadMessage[];
  /** In order. Empty when the thread has no such messages. */
  page: ReadMessage[];
  /** How each of the replies was answered. */
  states: ReadonlyMap<number, ReplyState>;
  isFirst: boolean;
  isLast: boolean;
}

/** Most threads have a message or two to read: one query reads those of many threads. */
async function* readPages(
  deps: Pick<ReadThreadsDeps, 'messages'>,
  parts: readonly ThreadPart[],
): AsyncGenerator<ThreadPage> {
  for (const group of groupsOf(parts)) {
    const [first] = group;
    if (messagesOf(first!) > MESSAGES_AT_ONCE) yield* readLongPart(deps, first!);
    else yield* readShortParts(deps, group);
  }
}

async function* readShortParts(
  { messages }: Pick<ReadThreadsDeps, 'messages'>,
  group: readonly ThreadPart[],
): AsyncGenerator<ThreadPage> {
  const tails = await messages
    .find(
      {
        $or: group.map(({ conversation: { _id, lastSeq }, fromSeq }) => ({
          conversationId: _id,
          seq: { $gte: fromSeq, $lte: lastSeq },
        })),
      },
      readFields,
    )
    .lean<ReadMessage[]>();
  const pageOf = byConversation(tails.sort((a, b) => a.seq - b.seq));
  const threads = group.map(({ conversation, fromSeq }) => {
    const page = pageOf.get(conversation._id.toHexString()) ?? [];
    const walk = startAnswerWalk();
    for (const message of page.toReversed()) walk.step(message);
    return { conversation, conversationId: conversation._id, fromSeq, page, walk };
  });
  const earlierOf = await readEarlierReplies(
    messages,
    threads.filter(({ page }) => page.some(mayEndWait)),
  );
  for (const { conversation, page, walk } of threads)
    yield {
      conversation,
      earlier: earlierOf.get(conversation._id.toHexString()) ?? [],
      page,
      states: walk.states,
      isFirst: true,
      isLast: true,
    };
}

/** A part of any length: it is walked from its end first, without the texts, and then read in order. */
async function* readLongPart(
  { messages }: Pick<ReadThreadsDeps, 'messages'>,
  { conversation, fromSeq }: ThreadPart,
): AsyncGenerator<ThreadPage> {
  const { _id: conversationId, lastSeq } = conversation;
  const walk = startAnswerWalk();
  let endsWaits = false;
  for (let beforeSeq = lastSeq + 1; beforeSeq > fromSeq; ) {
    const page = await messages
      .find({ conversationId, seq: { $gte: fromSeq, $lt: beforeSeq } }, walkedFields)
      .sort({ seq: -1 })
      .limit(MESSAGES_AT_ONCE)
      .lean<WalkedMessage[]>();
    for (const message of page) walk.step(message);
    endsWaits ||= page.some(mayEndWait);
    beforeSeq = page.at(-1)?.seq ?? fromSeq;
  }
  const earlierOf = await readEarlierReplies(messages, endsWaits ? [{ conversationId, fromSeq, walk }] : []);
  let earlier = earlierOf.get(conversationId.toHexString()) ?? [];
  for (let seq = fromSeq, isLast = false; !isLast; earlier = []) {
    const page = await messages
      .find({ conversationId, seq: { $gte: seq } }, readFields)
      .sort({ seq: 1 })
      .limit(MESSAGES_AT_ONCE)
      .lean<ReadMessage[]>();
    const isFirst = seq === fromSeq;
    seq = (page.at(-1)?.seq ?? lastSeq) + 1;
    isLast = seq > lastSeq;
    yield { conversation, earlier, page, states: walk.states, isFirst, isLast };
  }
}

/** Neighbouring parts that have few enough messages together; a long one stays alone. */
function groupsOf(parts: readonly ThreadPart[]): ThreadPart[][] {
  const groups: ThreadPart[][] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const own = messagesOf(part);
    if (count + own > MESSAGES_AT_ONCE) {
      groups.push([]);
      count = 0;
    }
    groups.at(-1)!.push(part);
    count += own;
  }
  return groups;
}

const messagesOf = ({ conversation, fromSeq }: ThreadPart): number =>
  Math.max(0, conversation.lastSeq - fromSeq + 1);

/** None for a message that is stored in a shape that cannot be read: it must not keep the others out of the index. */
function entriesOf(
  { logger }: Pick<ReadThreadsDeps, 'logger'>,
  conversation: Conversation,
  message: ReadMessage,
  state: ReplyState | undefined,
): Entry[] {
  try {
    return [entryOf(conversation, message, state)];
  } catch (err) {
    logger.error({ err, messageId: message._id }, 'a message could not be read for the search');
    return [];
  }
}

function entryOf({ revision }: Conversation, message: ReadMessage, state: ReplyState | undefined): Entry {
  return {
    atMs: message.sentAt.getTime(),
    messageId: message._id,
    conversationId: message.conversationId,
    // Not the message's own version: an answer changes the row of the reply, and not the reply.
    version: revision,
    terms: termsOfMessage(message, state),
  };
}

/** The client's name and phone are a row of their own, under the conversation's id. */
function clientEntry(
  { sealing }: Pick<ReadThreadsDeps, 'sealing'>,
  conversation: Conversation,
  phones: ReadonlyMap<string, string>,
): Entry {
  const phone = phones.get(conversation.clientId.toHexString());
  return {
    atMs: conversation.createdAt.getTime(),
    messageId: conversation._id,
    conversationId: conversation._id,
    version: conversation.revision,
    terms: termsOfClient(conversation, phone === undefined ? [] : tailTermsOf(sealing, phone)),
  };
}

async function readPhones(
  { clients, sealing, logger }: ReadThreadsDeps,
  parts: readonly ThreadPart[],
): Promise<Map<string, string>> {
  const withPhone = parts.filter(({ conversation }) => conversation.isMatched);
  if (withPhone.length === 0) return new Map();
  const found = await clients
    .find({ _id: { $in: withPhone.map(({ conversation }) => conversation.clientId) } }, { phoneSealed: 1 })
    .lean<Pick<Client, '_id' | 'phoneSealed'>[]>();
  const phones = new Map<string, string>();
  for (const { _id, phoneSealed } of found) {
    if (phoneSealed === null) continue;
    try {
      phones.set(_id.toHexString(), openClientPhone(sealing, _id, phoneSealed));
    } catch (err) {
      // Sealed under a key that this process does not have: the client is found by name alone.
      logger.error({ err, clientId: _id }, "a client's phone could not be read for the search");
    }
  }
  return phones;
}
