/**
 * Messages of every kind. A message is inserted once, with its place in the thread, and never deleted;
 * the unique keys below are what keeps a repeated event, a double click or a second process from doubling it.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { FailureCode } from '../../shared/errorCodes.ts';
import {
  type AnswerWay,
  type AttachmentKind,
  type MessageKind,
  type MessageStatus,
  messageKinds,
  messageStatuses,
  type SystemEvent,
} from '../../shared/schemas/message.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import type { EndCode } from '../../shared/v1/endReasons.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';
import type { StoredAttachment, StoredForward } from './intake/networkEvent.ts';

export interface MessageTransition {
  status: MessageStatus;
  at: Date;
  /** Who says so: `desk`, `send` (the network's answer), `event`, `lookup`. */
  source: 'desk' | 'send' | 'event' | 'lookup';
  networkCode?: number;
}

export interface StoredQuote {
  messageId: Types.ObjectId | null;
  externalId: string | null;
  authorName: string;
  text: string;
  attachmentKinds: AttachmentKind[];
}

/** The entry of the service message that a reply answers, and how that is known. */
export interface StoredAnswers {
  messageId: Types.ObjectId;
  by: AnswerWay;
}

/** What a system line records; the row is derived from it, so it carries all that the change was. */
export interface SystemChange {
  event: SystemEvent;
  personId: Types.ObjectId | null;
  personName: string | null;
  assigneeId?: Types.ObjectId | null;
  snoozedUntil?: Date;
  count?: number;
}

/**
 * What the thread shows of a service message, copied when it entered the thread and on each change of its status.
 * A type of its own: the thread does not know how service messages are kept.
 */
export interface ServiceSnapshot {
  templateName: string;
  templateVersion: number;
  variables: Record<string, string>;
  buttons: TemplateButton[];
  imageIds: string[];
  /** What the images show, by id; absent where the template does not say. */
  imageAlts?: Record<string, string>;
  status: ServiceStatus;
  statusAt: Date;
  /** Which of the message's status changes this copy knows. */
  sequence: number;
  endCode: EndCode | null;
}

/** Present while the message waits to be sent; `dueAt` doubles as the lease while somebody sends it. */
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
  /** The n-th reply of its conversation, from 1; only on replies. */
  replyOrdinal?: number;
  externalId?: string;
  position?: number;
  randomId?: number;
  clientToken?: string;
  /** The person who wrote it here. */
  personId?: Types.ObjectId;
  authorType: 'client' | 'agent' | 'administrator' | 'system';
  authorName: string;
  authorExternalId?: string;
  text: string;
  attachments: StoredAttachment[];
  uploadIds: Types.ObjectId[];
  replyTo: StoredQuote | null;
  forwarded: StoredForward[];
  payload?: unknown;
  tag?: string;
  status: MessageStatus;
  statusHistory: MessageTransition[];
  failure: { code: FailureCode; networkCode: number | null; isRetryable: boolean } | null;
  reactions: { reactionId: number; by: 'client' | 'company' }[];
  system?: SystemChange;
  /** Both on kind `service` alone. */
  serviceMessageId?: Types.ObjectId;
  service?: ServiceSnapshot;
  /** On a reply alone. */
  answers?: StoredAnswers;
  sentAt: Date;
  editedAt: Date | null;
  /** Digests of what it said in the second of `editedAt`. */
  editsSeen?: string[];
  /** Set on the echo of an answer that was stored as a second message. No network tells of deleted ones. */
  deletedAt: Date | null;
  /** Its content was removed for good: the client was erased, or its time was over (N17). */
  erasedAt?: Date;
  isBackfilled: boolean;
  version: number;
  outbox?: Outbox;
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
    // Shapes checked at the edge by zod and written only by this server.
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
    sentAt: { type: Date, required: true },
    editedAt: { type: Date, default: null },
    editsSeen: { type: [String], default: undefined },
    deletedAt: { type: Date, default: null },
    erasedAt: Date,
    isBackfilled: { type: Boolean, default: false },
    version: { type: Number, default: 0 },
    outbox: mixed,
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'messages', versionKey: false, minimize: false },
);
// Partial filters say `$exists`: MongoDB's planner sees that an equality or a range implies it, which it does not of `$type`.
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
// A service message has one entry, however often it is entered.
messageSchema.index(
  { serviceMessageId: 1 },
  { unique: true, partialFilterExpression: { serviceMessageId: { $exists: true } } },
);
// Which of ours the client's "read up to" covers.
messageSchema.index(
  { conversationId: 1, position: 1 },
  { partialFilterExpression: { position: { $exists: true } } },
);
// The outbox: as small as what waits.
messageSchema.index(
  { 'outbox.dueAt': 1 },
  { partialFilterExpression: { 'outbox.dueAt': { $exists: true } } },
);
messageSchema.index(
  { conversationId: 1, 'outbox.dueAt': 1 },
  { partialFilterExpression: { 'outbox.dueAt': { $exists: true } } },
);

export function messageModel(connection: Connection): Model<Message> {
  return connection.models.Message ?? connection.model<Message>('Message', messageSchema);
}
