/**
 * Conversations: one per community and network dialogue, kept for good and reopened by the client's next message.
 * A conversation summarises its thread, and only `conversationStore.ts` changes it. The messages are the truth.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { type ConversationStatus, conversationStatuses } from '../../shared/schemas/conversation.ts';
import type {
  AttachmentKind,
  MessageKind,
  MessageStatus,
  SystemEvent,
} from '../../shared/schemas/message.ts';

export interface LastMessage {
  messageId: Types.ObjectId;
  seq: number;
  kind: MessageKind;
  excerpt: string;
  attachmentKinds: AttachmentKind[];
  systemEvent: SystemEvent | null;
  authorName: string;
  /** Null when no agent wrote it; absent in conversations of earlier versions. */
  authorPersonId?: Types.ObjectId | null;
  isDeleted?: boolean;
  status: MessageStatus;
  sentAt: Date;
}

export interface Conversation {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  network: Network;
  peerId: string;
  clientId: Types.ObjectId;
  clientName: string;
  clientHasAvatar: boolean;
  status: ConversationStatus;
  /**
   * Derived from `status`, for the indexes of the lists: true in the list of resolved conversations, false in the
   * others. Null in neither: before the first message, or while it is snoozed.
   */
  isResolved: boolean | null;
  snoozedUntil: Date | null;
  assigneeId: Types.ObjectId | null;
  labels: string[];
  lastMessage: LastMessage | null;
  lastSeq: number;
  /** How many replies the thread holds. */
  replyCount: number;
  /** How many of them came before the last answer or resolution: nobody has to read those (ADR 30). */
  answeredReplyCount: number;
  /** Since when it waits for an answer; null when it does not. */
  waitingSince: Date | null;
  /** Derived from `waitingSince`, for the indexes of what waits. */
  isWaiting: boolean;
  /** Whether this case has had a person's answer; see `foldMessage.ts`. Absent in older conversations. */
  isCaseAnswered?: boolean;
  /** How long the client has waited in this case before, in working time; kept by `figures`. */
  caseWaitedMs?: number;
  lastActivityAt: Date;
  canWrite: boolean;
  /** Whether the client's phone is known. Absent in conversations of earlier versions. */
  isMatched?: boolean;
  /** The network's highest message number in the thread; 0 in a thread without numbered messages. */
  tailPosition: number;
  /** The client has read our messages up to this number. */
  clientReadPosition: number;
  revision: number;
  /** The client has just given a mark: a reply until then is its comment. Null after that reply. */
  rated?: { ratingId: Types.ObjectId; commentUntil: Date } | null;
  /** The lowest place whose content changed since the search index read the thread; absent when it is up to date. */
  searchFrom?: number;
  /** The lowest place that the figures have to count again; absent when they are up to date. */
  figuresFrom?: number;
  /** Set when an earlier client of this dialogue was erased: only later messages belong to this one. */
  startsAfter?: { position: number; at: Date };
  /** When the client was erased (N17, personal data): the thread is empty and accepts no messages. */
  erasedAt?: Date;
  createdAt: Date;
}

const lastMessageSchema = new Schema<LastMessage>(
  {
    messageId: { type: Schema.Types.ObjectId, required: true },
    seq: { type: Number, required: true },
    kind: { type: String, required: true },
    excerpt: { type: String, default: '' },
    attachmentKinds: { type: [String], default: [] },
    systemEvent: { type: String, default: null },
    authorName: { type: String, default: '' },
    authorPersonId: { type: Schema.Types.ObjectId },
    isDeleted: { type: Boolean },
    status: { type: String, required: true },
    sentAt: { type: Date, required: true },
  },
  { _id: false, strict: 'throw' },
);

const conversationSchema = new Schema<Conversation>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    communityId: { type: Schema.Types.ObjectId, required: true },
    network: { type: String, required: true },
    peerId: { type: String, required: true },
    clientId: { type: Schema.Types.ObjectId, required: true },
    clientName: { type: String, required: true },
    clientHasAvatar: { type: Boolean, default: false },
    status: { type: String, enum: conversationStatuses, default: 'open' },
    isResolved: { type: Boolean, default: null },
    snoozedUntil: { type: Date, default: null },
    assigneeId: { type: Schema.Types.ObjectId, default: null },
    labels: { type: [String], default: [] },
    lastMessage: { type: lastMessageSchema, default: null },
    lastSeq: { type: Number, default: 0 },
    replyCount: { type: Number, default: 0 },
    answeredReplyCount: { type: Number, default: 0 },
    waitingSince: { type: Date, default: null },
    isWaiting: { type: Boolean, default: false },
    isCaseAnswered: Boolean,
    caseWaitedMs: Number,
    lastActivityAt: { type: Date, required: true },
    canWrite: { type: Boolean, default: true },
    isMatched: { type: Boolean, default: false },
    tailPosition: { type: Number, default: 0 },
    clientReadPosition: { type: Number, default: 0 },
    revision: { type: Number, default: 0 },
    rated: Schema.Types.Mixed,
    searchFrom: Number,
    figuresFrom: Number,
    startsAfter: Schema.Types.Mixed,
    erasedAt: Date,
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'conversations', versionKey: false, minimize: false },
);
conversationSchema.index({ communityId: 1, peerId: 1 }, { unique: true });
// The lists of all that is open or resolved, and of an assignee's, for people who see all communities and for those who see some.
conversationSchema.index({ companyId: 1, isResolved: 1, lastActivityAt: -1, _id: -1 });
conversationSchema.index({ communityId: 1, isResolved: 1, lastActivityAt: -1, _id: -1 });
conversationSchema.index({ companyId: 1, assigneeId: 1, isResolved: 1, lastActivityAt: -1, _id: -1 });
conversationSchema.index({ communityId: 1, assigneeId: 1, isResolved: 1, lastActivityAt: -1, _id: -1 });
// The queues, the longest wait first, and their counts; partial, so they hold only conversations that wait.
for (const who of ['companyId', 'communityId'] as const) {
  conversationSchema.index(
    { [who]: 1, isResolved: 1, isWaiting: 1, waitingSince: 1, _id: 1 },
    { partialFilterExpression: { isWaiting: true } },
  );
  conversationSchema.index(
    { [who]: 1, assigneeId: 1, isResolved: 1, isWaiting: 1, waitingSince: 1, _id: 1 },
    { partialFilterExpression: { isWaiting: true } },
  );
}
// The list of snoozed conversations.
conversationSchema.index(
  { companyId: 1, status: 1, lastActivityAt: -1, _id: -1 },
  { partialFilterExpression: { status: 'snoozed' } },
);
conversationSchema.index(
  { communityId: 1, status: 1, lastActivityAt: -1, _id: -1 },
  { partialFilterExpression: { status: 'snoozed' } },
);
conversationSchema.index({ clientId: 1, lastActivityAt: -1 });
// Finds the threads that the search index has to read.
conversationSchema.index({ searchFrom: 1 }, { partialFilterExpression: { searchFrom: { $gt: 0 } } });
// Finds the threads that the figures have to count.
conversationSchema.index({ figuresFrom: 1 }, { partialFilterExpression: { figuresFrom: { $gt: 0 } } });
// Finds snoozes that end.
conversationSchema.index(
  { snoozedUntil: 1 },
  { partialFilterExpression: { snoozedUntil: { $gt: new Date(0) } } },
);

export function conversationModel(connection: Connection): Model<Conversation> {
  return connection.models.Conversation ?? connection.model<Conversation>('Conversation', conversationSchema);
}
