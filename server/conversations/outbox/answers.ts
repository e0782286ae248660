/** Stores what agents write: answers to the client, which go to the outbox, and notes, which are never sent. */

import { randomInt } from 'node:crypto';
import type { Model } from 'mongoose';
import { Types } from 'mongoose';
import type { AttachmentKind } from '../../../shared/schemas/message.ts';
import type { Actor } from '../../audit/actor.ts';
import { isDuplicateOn } from '../../storage/database.ts';
import type { Upload } from '../../uploads/uploadStore.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { StoredAttachment } from '../intake/networkEvent.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import { searchAgain } from '../list/threadMarks.ts';
import type { Message, StoredQuote } from '../message.model.ts';
import { seenUpTo } from '../thread/seenReplies.ts';
import { blankDraft, type MessageDraft, type Thread } from '../thread/thread.ts';

/** VK accepts a signed 32-bit number. 0 means "do not check for repeats", so it is never drawn. */
const RANDOM_ID_MAX = 2 ** 31 - 1;
/** So many taken numbers in a row mean that the draw is broken. */
const DRAWS_MAX = 10;

export interface AnswersDeps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
  /** Wakes this process's sender: an answer is due. */
  wakeSender(): void;
  /** By default a random one. */
  drawRandomId?: () => number;
}

export type Written =
  | { kind: 'written'; message: Message; conversation: Conversation }
  /** The token belongs to a different text or conversation: a defect of the caller, not a repeat. */
  | { kind: 'tokenReused' };

/** Safe to repeat: the same `clientToken` of the same person is the same answer, stored and sent once. */
export async function sendAgentAnswer(
  deps: AnswersDeps,
  conversation: Conversation,
  actor: Actor,
  draft: {
    clientToken: string;
    text: string;
    uploads: Upload[];
    replyToMessageId: string | null;
    seenSeq?: number | undefined;
    /** The canned answers that it was made of. */
    cannedAnswerIds?: readonly string[];
  },
): Promise<Written> {
  const { messages, thread, wakeSender } = deps;
  const now = currentTime();
  const written: MessageDraft = {
    ...blankDraft(now),
    kind: 'answer',
    direction: 'out',
    clientToken: draft.clientToken,
    personId: new Types.ObjectId(actor.id),
    authorType: 'agent',
    authorName: actor.name,
    text: draft.text,
    attachments: draft.uploads.map(toAttachment),
    uploadIds: draft.uploads.map((upload) => upload._id),
    replyTo: draft.replyToMessageId ? await quote(messages, conversation, draft.replyToMessageId) : null,
    ...(draft.seenSeq === undefined
      ? {}
      : { seenReplies: await seenUpTo(messages, conversation, draft.seenSeq) }),
    status: 'queued',
    statusHistory: [{ status: 'queued', at: now, source: 'desk' }],
    outbox: { dueAt: now, owner: null, attempts: 0 },
    ...(draft.cannedAnswerIds?.length
      ? { cannedDue: { at: now, ids: draft.cannedAnswerIds.map((id) => new Types.ObjectId(id)) } }
      : {}),
  };
  const appended = await underRandomId(deps, (randomId) =>
    thread.append(conversation, { ...written, randomId }),
  );
  if (!isSameContent(appended.message, conversation, draft.text)) return { kind: 'tokenReused' };
  wakeSender();
  return { kind: 'written', message: appended.message, conversation: appended.conversation };
}

/** A community with ten million answers has one draw in two hundred already: then another number is drawn. */
export async function underRandomId<T>(
  { drawRandomId = () => randomInt(1, RANDOM_ID_MAX) }: Pick<AnswersDeps, 'drawRandomId'>,
  append: (randomId: number) => Promise<T>,
): Promise<T> {
  for (let draws = 1; ; draws += 1) {
    try {
      return await append(drawRandomId());
    } catch (error) {
      if (!isDuplicateOn(error, 'randomId') || draws === DRAWS_MAX) throw error;
    }
  }
}

export async function addNote(
  { thread }: Pick<AnswersDeps, 'thread'>,
  conversation: Conversation,
  actor: Actor,
  draft: { clientToken: string; text: string },
): Promise<Written> {
  const appended = await thread.append(conversation, {
    ...blankDraft(currentTime()),
    kind: 'note',
    direction: 'internal',
    clientToken: draft.clientToken,
    personId: new Types.ObjectId(actor.id),
    authorType: 'agent',
    authorName: actor.name,
    text: draft.text,
    status: 'stored',
  });
  if (!isSameContent(appended.message, conversation, draft.text)) return { kind: 'tokenReused' };
  return { kind: 'written', message: appended.message, conversation: appended.conversation };
}

/** Queues a failed answer again under its `randomId`, so the network drops a repeat. Null unless it had failed. */
export async function retryAnswer(
  { thread, wakeSender }: AnswersDeps,
  message: Message,
): Promise<Message | null> {
  const now = currentTime();
  const amended = await thread.amend(
    {
      _id: message._id,
      kind: 'answer',
      status: 'failed',
      erasedAt: { $exists: false },
      ratingId: { $exists: false },
    },
    {
      $set: { status: 'queued', failure: null, outbox: { dueAt: now, owner: null, attempts: 0 } },
      $push: { statusHistory: { status: 'queued', at: now, source: 'desk' } },
    },
    searchAgain,
  );
  wakeSender();
  return amended?.message ?? null;
}

function isSameContent(stored: Message, conversation: Conversation, text: string): boolean {
  return stored.conversationId.equals(conversation._id) && stored.text === text;
}

function toAttachment(upload: Upload): StoredAttachment {
  const kind: AttachmentKind = upload.kind;
  return {
    kind,
    vendorType: upload.kind === 'photo' ? 'photo' : 'doc',
    title: upload.fileName,
    sourceUrl: `upload:${upload._id.toHexString()}`,
    ...(upload.kind === 'photo' ? { previewSourceUrl: `upload:${upload._id.toHexString()}` } : {}),
    contentType: upload.contentType,
    sizeBytes: upload.sizeBytes,
  };
}

async function quote(
  messages: Model<Message>,
  conversation: Conversation,
  messageId: string,
): Promise<StoredQuote | null> {
  const quoted = await messages
    .findOne({ _id: new Types.ObjectId(messageId), conversationId: conversation._id })
    .lean<Message>();
  if (!quoted) return null;
  return {
    messageId: quoted._id,
    externalId: quoted.externalId ?? null,
    authorName: quoted.authorType === 'client' ? conversation.clientName : quoted.authorName,
    isByClient: quoted.authorType === 'client',
    text: quoted.text,
    attachmentKinds: quoted.attachments.map((attachment) => attachment.kind),
  };
}
