/**
 * Service messages. Each document is also its own outbox entry and status history, and names a phone, not a client.
 * They are kept apart from threads: until the client replies, there is no conversation to show them in (N25).
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import { type EndCode, endCodes } from '../../shared/v1/endReasons.ts';
import { type DeliveryPolicy, type ServiceStatus, serviceStatuses } from '../../shared/v1/statuses.ts';

export type { EndCode } from '../../shared/v1/endReasons.ts';

/** One line of the history. Late, repeated and unknown reports are kept too, with `isApplied` false. */
export interface StatusTransition {
  status: ServiceStatus | 'unknown';
  /** When it happened, by the network's clock if it gives a time. */
  at: Date;
  /** When we recorded it. */
  takenAt: Date;
  /** `desk`: our decision; `send`: the answer to the call; `receipt`: a report; `event`: a read mark; `lookup`. */
  source: 'desk' | 'send' | 'receipt' | 'event' | 'lookup';
  network: Network | null;
  /** The index of its try, from 0. */
  tryNo: number | null;
  isApplied: boolean;
  /** Of an applied transition: its number. */
  sequence?: number;
  /** The write that made the transition; all messages of that write share it. */
  changeId?: Types.ObjectId;
  code?: EndCode;
  /** The network's own code. */
  networkCode?: string;
}

/** One network of the route that was tried or is the next to be tried. The last try is the current one. */
export interface Try {
  network: Network;
  communityId: Types.ObjectId;
  /** The network's id of the message, once it has one. */
  externalId?: string;
  /** When this network became the current one. */
  startedAt: Date;
  /** True when the try ended before anything was handed to the network: it holds no unit of quota. */
  isSkipped?: boolean;
}

/**
 * Present while something must be sent. A `waiting` message was not handed to the network. A `calling` one may have
 * been, and is looked up before it is sent again.
 */
export interface ServiceOutbox {
  /** Also the lease of the sender that claimed it. Absent while the message is held. */
  dueAt?: Date;
  phase: 'waiting' | 'calling';
  claimId: Types.ObjectId | null;
  attempts: number;
  /** `calling`, without a claim: until when a call may have been under way. A look-up counts only from then on. */
  calledBy?: Date;
  /** The sender key of the paused campaign. The message waits until the campaign resumes. */
  heldFor?: string;
}

export interface ServiceMessage {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** Who sent it: `key:…`, `person:…` or `mailing:…`. */
  senderKey: string;
  repeatTokens?: string[];
  requestHash: string | null;
  clientMessageId: string | null;
  statusUrl: string | null;
  callbackData: string | null;
  /** The ended message that this one repeats. */
  againOf?: Types.ObjectId;

  phoneSealed: string;
  phoneIndex: string;

  templateId: Types.ObjectId;
  templateName: string;
  templateVersion: number;
  variables: Record<string, string>;
  text: string;
  buttons: TemplateButton[];
  imageIds: string[];
  /** What the images show, by id; absent where the template does not say. */
  imageAlts?: Record<string, string>;
  direction: 'oneWay' | 'twoWay';
  /** Matches a reply to the message when the network gives only the text; absent when nobody can reply. */
  textDigest?: string;

  deliveryPolicy: DeliveryPolicy;
  route: { network: Network; communityId: Types.ObjectId }[];
  tries: Try[];
  /** The community of the current try; senders claim by it. */
  communityId: Types.ObjectId;
  isQuotaFree: boolean;

  acceptedAt: Date;
  sendAt: Date | null;
  /** N19: the moment at which the message's TTL ends, by the desk's shared clock. Nothing is sent after it. */
  expiresAt: Date;

  status: ServiceStatus;
  statusAt: Date;
  /** Grows by one with each applied transition. */
  sequence: number;
  history: StatusTransition[];
  endCode: EndCode | null;

  outbox?: ServiceOutbox;
  /** When the sweeper expires the message if the network reported nothing. Absent once it can no longer expire. */
  expiryDueAt?: Date;
  /** The last write that changed it. After a bulk write, shows which of its changes succeeded. */
  changeId?: Types.ObjectId;
  /** Set when the client's reply brought it into a thread. */
  conversationId?: Types.ObjectId;
}

const oid = Schema.Types.ObjectId;
const mixed = Schema.Types.Mixed;

const serviceMessageSchema = new Schema<ServiceMessage>(
  {
    companyId: { type: oid, required: true },
    senderKey: { type: String, required: true },
    // The unique index skips an absent list, but not an empty one.
    repeatTokens: { type: [String], default: undefined } as never,
    requestHash: { type: String, default: null },
    clientMessageId: { type: String, default: null },
    statusUrl: { type: String, default: null },
    callbackData: { type: String, default: null },
    againOf: oid,
    phoneSealed: { type: String, required: true },
    phoneIndex: { type: String, required: true },
    templateId: { type: oid, required: true },
    templateName: { type: String, required: true },
    templateVersion: { type: Number, required: true },
    variables: { type: mixed, default: {} } as never,
    text: { type: String, required: true },
    buttons: { type: [mixed], default: [] } as never,
    imageIds: { type: [String], default: [] },
    imageAlts: { type: Schema.Types.Mixed },
    direction: { type: String, enum: ['oneWay', 'twoWay'], required: true },
    textDigest: String,
    deliveryPolicy: { type: String, required: true },
    route: { type: [mixed], required: true } as never,
    tries: { type: [mixed], default: [] } as never,
    communityId: { type: oid, required: true },
    isQuotaFree: { type: Boolean, default: false },
    acceptedAt: { type: Date, required: true },
    sendAt: { type: Date, default: null },
    expiresAt: { type: Date, required: true },
    status: { type: String, enum: serviceStatuses, required: true },
    statusAt: { type: Date, required: true },
    sequence: { type: Number, required: true },
    history: { type: [mixed], default: [] } as never,
    endCode: { type: String, enum: [...endCodes, null], default: null },
    outbox: mixed,
    expiryDueAt: Date,
    changeId: oid,
    conversationId: oid,
  },
  { strict: 'throw', collection: 'serviceMessages', versionKey: false, minimize: false },
);

const where = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });
serviceMessageSchema.index({ senderKey: 1, repeatTokens: 1 }, { unique: true, ...where('repeatTokens') });
// The partial indexes that find work hold only waiting messages.
serviceMessageSchema.index({ communityId: 1, 'outbox.dueAt': 1 }, where('outbox.dueAt'));
serviceMessageSchema.index({ 'outbox.heldFor': 1 }, where('outbox.heldFor'));
// A campaign's waiting messages: pausing or cancelling costs by their number, not by the queues' length.
serviceMessageSchema.index(
  { senderKey: 1, 'outbox.dueAt': 1 },
  {
    partialFilterExpression: {
      'outbox.phase': 'waiting',
      senderKey: { $gte: 'mailing:', $lt: 'mailing;' },
    },
  },
);
serviceMessageSchema.index({ expiryDueAt: 1 }, where('expiryDueAt'));
// For receipts, which may carry only the network's id: see `sentAs`.
serviceMessageSchema.index({ 'tries.externalId': 1, 'tries.communityId': 1 }, where('tries.externalId'));
// Messages with this text, when a reply quotes it or the network's history shows it.
serviceMessageSchema.index({ communityId: 1, textDigest: 1, acceptedAt: -1 }, where('textDigest'));
// A client's messages, for the card and for matching a reply. Then one index per filter of the delivery reports.
serviceMessageSchema.index({ companyId: 1, phoneIndex: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, status: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, templateName: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ senderKey: 1, acceptedAt: -1, _id: -1 });

/**
 * The messages that a network knows by these ids. The id is named twice: a partial index serves only a query that names
 * its field outside of `$elemMatch`.
 */
export function sentAs(communityId: Types.ObjectId, externalIds: readonly string[]) {
  const externalId = { $in: externalIds };
  return { 'tries.externalId': externalId, tries: { $elemMatch: { communityId, externalId } } };
}

export function serviceMessageModel(connection: Connection): Model<ServiceMessage> {
  return (
    connection.models.ServiceMessage ??
    connection.model<ServiceMessage>('ServiceMessage', serviceMessageSchema)
  );
}
