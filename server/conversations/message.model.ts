/**
 * Messages of every kind. A message is inserted once, with its place in the thread, and never deleted. The unique
 * keys below deduplicate repeated events, double clicks and inserts of several processes.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { FailureCode } from '../../shared/errorCodes.ts';
import {
  type AnswerWay,
  type AttachmentKind,
  type LabelChange,
  type MessageKind,
  type MessageStatus,
  messageKinds,
  messageStatuses,
  type SystemEvent,
} from '../../shared/schemas/message.ts';
import type { RatingMark } from '../../shared/schemas/rating.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import type { EndCode } from '../../shared/v1/endReasons.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';
import type { StoredAttachment, StoredForward } from './intake/networkEvent.ts';

export interface MessageTransition {
  status: MessageStatus;
  at: Date;
  /** Where the status comes from. `send` is the network's response to our call, `lookup` its history. */
  source: 'desk' | 'send' | 'event' | 'lookup';
  networkCode?: number;
}

export interface StoredQuote {
  messageId: Types.ObjectId | null;
  externalId: string | null;
  authorName: string;
  /** Absent in messages of earlier versions. */
  isByClient?: boolean;
  text: string;
  attachmentKinds: AttachmentKind[];
}

/** The entry of the service message that a reply answers, and the kind of evidence. */
export interface StoredAnswers {
  messageId: Types.ObjectId;
  by: AnswerWay;
}

/** What the writer of an answer had seen of the thread. `nextAt`: when the client wrote the first reply after it. */
export interface SeenReplies {
  count: number;
  nextAt: Date | null;
}

/** What a system line records. The conversation is derived from it, so it holds the whole change. */
export interface SystemChange {
  event: SystemEvent;
  personId: Types.ObjectId | null;
  personName: string | null;
  assigneeId?: Types.ObjectId | null;
  snoozedUntil?: Date;
  count?: number;
  /** Only of `labelled`: all labels from then on, and what the change added and removed. */
  labels?: LabelChange & { all: string[] };
  /** Both only on `rated`. */
  ratingId?: Types.ObjectId;
  mark?: RatingMark;
}

/**
 * The copy of a service message that its thread shows, updated on each change of its status. It is a separate type,
 * because the thread does not know how service messages are stored.
 */
export interface ServiceSnapshot {
  templateName: string;
  templateVersion: number;
  variables: Record<string, string>;
  buttons: TemplateButton[];
  imageIds: string[];
  /** Alternative texts of the images, by image id; absent when the template has none. */
  imageAlts?: Record<string, string>;
  status: ServiceStatus;
  statusAt: Date;
  /** The number of the newest status change in this copy. */
  sequence: number;
  endCode: EndCode | null;
}

/** Present until the message is sent. While a process sends it, `dueAt` is the end of its lease. */
export interface Outbox {
  dueAt: Date;
  owner: string | null;
  attempts: number;
}

export interface Message {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  conversationId: Types.ObjectId;
  clientId: Types.ObjectId;
  peerId: string;
  seq: number;
  kind: MessageKind;
  direction: 'in' | 'out' | 'internal';
  /** Ordinal among the replies of its conversation, from 1; only on replies. */
  replyOrdinal?: number;
  externalId?: string;
  position?: number;
  randomId?: number;
  clientToken?: string;
  /** The agent who wrote it here. */
  personId?: Types.ObjectId;
  authorType: 'client' | 'agent' | 'administrator' | 'system';
  authorName: string;
  authorExternalId?: string;
  text: string;
  attachments: StoredAttachment[];
  uploadIds: Types.ObjectId[];
  replyTo: StoredQuote | null;
  forwarded: StoredForward[];
  /** Text, usually JSON; messages from before hold the parsed value. */
  payload?: unknown;
  tag?: string;
  status: MessageStatus;
  statusHistory: MessageTransition[];
  failure: { code: FailureCode; networkCode: number | null; isRetryable: boolean } | null;
  reactions: { reactionId: number; by: 'client' | 'company' }[];
  system?: SystemChange;
  /** Both only on kind `service`. */
  serviceMessageId?: Types.ObjectId;
  service?: ServiceSnapshot;
  /** Only on a reply. */
  answers?: StoredAnswers;
  /** On the question for a mark, and on the client's comment to it. */
  ratingId?: Types.ObjectId;
  /** Only on an answer written here; absent when its writer named no place. */
  seenReplies?: SeenReplies;
  sentAt: Date;
  editedAt: Date | null;
  /** Digests of its contents during the second of `editedAt`. */
  editsSeen?: string[];
  /** Set on an echo that was stored as a second copy of an answer. Networks do not report deleted messages. */
  deletedAt: Date | null;
  /** When its content was removed for good: the client was erased, or retention ended (N17, personal data). */
  erasedAt?: Date;
  isBackfilled: boolean;
  version: number;
  /** Of the last change by `amend`. */
  amendId?: Types.ObjectId;
  outbox?: Outbox;
  /** The canned answers that it was made of, until their uses are counted. */
  cannedDue?: { at: Date; ids: Types.ObjectId[] };
  createdAt: Date;
}

const mixed = Schema.Types.Mixed;
const oid = Schema.Types.ObjectId;

const messageSchema = new Schema<Message>(
  {
    companyId: { type: oid, required: true },
    communityId: { type: oid, required: true },
    conversationId: { type: oid, required: true },
    clientId: { type: oid, required: true },
    peerId: { type: String, required: true },
    seq: { type: Number, required: true },
    kind: { type: String, enum: messageKinds, required: true },
    direction: { type: String, enum: ['in', 'out', 'internal'], required: true },
    replyOrdinal: Number,
    externalId: String,
    position: Number,
    randomId: Number,
    clientToken: String,
    personId: oid,
    authorType: { type: String, required: true },
    authorName: { type: String, default: '' },
    authorExternalId: String,
    text: { type: String, default: '' },
    // `zod` checks these shapes at the edge, and only this server writes them.
    attachments: { type: [mixed], default: [] } as never,
    uploadIds: { type: [oid], default: [] },
    replyTo: { type: mixed, default: null },
    forwarded: { type: [mixed], default: [] } as never,
    payload: mixed,
    tag: String,
    status: { type: String, enum: messageStatuses, required: true },
    statusHistory: { type: [mixed], default: [] } as never,
    failure: { type: mixed, default: null },
    reactions: { type: [mixed], default: [] } as never,
    system: mixed,
    serviceMessageId: oid,
    service: mixed,
    answers: mixed,
    ratingId: oid,
    seenReplies: mixed,
    sentAt: { type: Date, required: true },
    editedAt: { type: Date, default: null },
    editsSeen: { type: [String], default: undefined },
    deletedAt: { type: Date, default: null },
    erasedAt: Date,
    isBackfilled: { type: Boolean, default: false },
    version: { type: Number, default: 0 },
    amendId: oid,
    outbox: mixed,
    cannedDue: mixed,
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'messages', versionKey: false, minimize: false },
);
// Partial filters use `$exists`: MongoDB's planner knows that an equality or a range implies it, but not `$type`.
messageSchema.index({ conversationId: 1, seq: 1 }, { unique: true });
messageSchema.index(
  { communityId: 1, peerId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
);
messageSchema.index(
  { communityId: 1, randomId: 1 },
  { unique: true, partialFilterExpression: { randomId: { $exists: true } } },
);
messageSchema.index(
  { personId: 1, clientToken: 1 },
  { unique: true, partialFilterExpression: { clientToken: { $exists: true } } },
);
// A service message has one entry: entering it again is idempotent.
messageSchema.index(
  { serviceMessageId: 1 },
  { unique: true, partialFilterExpression: { serviceMessageId: { $exists: true } } },
);
// Finds outgoing messages that the client's read mark covers.
messageSchema.index(
  { conversationId: 1, position: 1 },
  { partialFilterExpression: { position: { $exists: true } } },
);
// Events of a conversation: the latest line of one kind before a place, and edits in the order of their time.
messageSchema.index(
  { conversationId: 1, 'system.event': 1, seq: -1 },
  { partialFilterExpression: { 'system.event': { $exists: true } } },
);
messageSchema.index(
  { conversationId: 1, editedAt: -1, _id: -1 },
  { partialFilterExpression: { editedAt: { $gt: new Date(0) } } },
);
// The outbox: these indexes hold only messages that wait to be sent.
messageSchema.index(
  { 'outbox.dueAt': 1 },
  { partialFilterExpression: { 'outbox.dueAt': { $exists: true } } },
);
messageSchema.index(
  { conversationId: 1, 'outbox.dueAt': 1 },
  { partialFilterExpression: { 'outbox.dueAt': { $exists: true } } },
);
// Holds only answers whose uses of canned answers are not counted yet.
messageSchema.index(
  { companyId: 1, 'cannedDue.at': 1 },
  { partialFilterExpression: { 'cannedDue.at': { $exists: true } } },
);

export function messageModel(connection: Connection): Model<Message> {
  return connection.models.Message ?? connection.model<Message>('Message', messageSchema);
}
