/** Reads what the index has to hold of some threads: their messages from a place on, and what names the client. */
import type { Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { Message } from '../../conversations/message.model.ts';
import type { Logger } from '../../observability/logger.ts';
import { openClientPhone } from '../../phones/clientPhones.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { Entry } from '../segments/buildSegment.ts';
import { tailTermsOf } from '../text/phoneTails.ts';
import {
  type IndexedMessage,
  indexedFields,
  isSearchable,
  termsOfClient,
  termsOfMessage,
} from '../text/searchable.ts';

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
  for await (const { conversation, page, isFirst, isLast } of readPages(deps, parts)) {
    if (isFirst) isErased = conversation.erasedAt !== undefined;
    for (const message of page) {
      if (isSearchable(message)) batch.entries.push(...entriesOf(deps, message));
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
  /** In order. Empty when the thread has no such messages. */
  page: IndexedMessage[];
  isFirst: boolean;
  isLast: boolean;
}

/** Most threads have a message or two to read: one query reads those of many threads. */
async function* readPages(
  deps: Pick<ReadThreadsDeps, 'messages'>,
  parts: readonly ThreadPart[],
): AsyncGenerator<ThreadPage> {
  for (const group of groupsOf(parts)) {
    const [only] = group;
    if (group.length === 1) {
      yield* readLongPart(deps, only!);
      continue;
    }
    const tails = await deps.messages
      .find(
        {
          $or: group.map(({ conversation: { _id, lastSeq }, fromSeq }) => ({
            conversationId: _id,
            seq: { $gte: fromSeq, $lte: lastSeq },
          })),
        },
        indexedFields,
      )
      .lean<IndexedMessage[]>();
    const pageOf = new Map<string, IndexedMessage[]>(
      group.map(({ conversation }) => [conversation._id.toHexString(), []]),
    );
    for (const message of tails.sort((a, b) => a.seq - b.seq))
      pageOf.get(message.conversationId.toHexString())?.push(message);
    for (const { conversation } of group)
      yield {
        conversation,
        page: pageOf.get(conversation._id.toHexString())!,
        isFirst: true,
        isLast: true,
      };
  }
}

async function* readLongPart(
  { messages }: Pick<ReadThreadsDeps, 'messages'>,
  { conversation, fromSeq }: ThreadPart,
): AsyncGenerator<ThreadPage> {
  for (let seq = fromSeq, isLast = false; !isLast; ) {
    const page = await messages
      .find({ conversationId: conversation._id, seq: { $gte: seq } }, indexedFields)
      .sort({ seq: 1 })
      .limit(MESSAGES_AT_ONCE)
      .lean<IndexedMessage[]>();
    const isFirst = seq === fromSeq;
    seq = (page.at(-1)?.seq ?? conversation.lastSeq) + 1;
    isLast = seq > conversation.lastSeq;
    yield { conversation, page, isFirst, isLast };
  }
}

/** Neighbouring parts that have few enough messages together; a long one stays alone. */
function groupsOf(parts: readonly ThreadPart[]): ThreadPart[][] {
  const groups: ThreadPart[][] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const own = Math.max(0, part.conversation.lastSeq - part.fromSeq + 1);
    if (count + own > MESSAGES_AT_ONCE) {
      groups.push([]);
      count = 0;
    }
    groups.at(-1)!.push(part);
    count += own;
  }
  return groups;
}

/** None for a message that is stored in a shape that cannot be read: it must not keep the others out of the index. */
function entriesOf({ logger }: Pick<ReadThreadsDeps, 'logger'>, message: IndexedMessage): Entry[] {
  try {
    return [entryOf(message)];
  } catch (err) {
    logger.error({ err, messageId: message._id }, 'a message could not be read for the search');
    return [];
  }
}

function entryOf(message: IndexedMessage): Entry {
  return {
    atMs: message.sentAt.getTime(),
    messageId: message._id,
    conversationId: message.conversationId,
    version: message.version,
    terms: termsOfMessage(message),
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
