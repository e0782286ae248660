/**
 * Service messages: each is its own outbox row, quota entry's owner and status line, addressed to a phone. They are kept
 * apart from threads, because until the client answers there is no conversation to show them in (N25).
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import { type EndCode, endCodes } from '../../shared/v1/endReasons.ts';
import { type DeliveryPolicy, type ServiceStatus, serviceStatuses } from '../../shared/v1/statuses.ts';

export type { EndCode } from '../../shared/v1/endReasons.ts';

/** One line of the history. What arrives late, twice or of a word nobody knows is kept too, with `isApplied` false. */
export interface StatusTransition {
  status: ServiceStatus | 'unknown';
  /** When it happened, by the network's clock where it says so. */
  at: Date;
  /** When we learnt of it. */
  takenAt: Date;
  /** `desk` decided it, `send` the network's answer to the call, `receipt` its report, `event` a read mark, `lookup`. */
  source: 'desk' | 'send' | 'receipt' | 'event' | 'lookup';
  network: Network | null;
  /** From 0; which of the tries it speaks of. */
  tryNo: number | null;
  isApplied: boolean;
  /** Of a move that changed the status: which change it was. */
  sequence?: number;
  /** The write that made the move, shared by all the messages that were moved in it. */
  changeId?: Types.ObjectId;
  code?: EndCode;
  /** The network's own word or number. */
  networkCode?: string;
}

/** One network that was, is being, or waits to be tried; the last is the current one. */
export interface Try {
  network: Network;
  communityId: Types.ObjectId;
  /** The network's id of the message, once it has one. */
  externalId?: string;
  /** Since when this network is the one to try. */
  startedAt: Date;
  /** It ended before anything was handed to the network: it holds no unit of quota. */
  isSkipped?: boolean;
}

/**
 * Present while something must be sent. `waiting` was never handed to the network; `calling` may have been, and is
 * looked up before anything is sent again.
 */
export interface ServiceOutbox {
  /** Doubles as the lease while a sender has it. Absent while it is held. */
  dueAt?: Date;
  phase: 'waiting' | 'calling';
  claimId: Types.ObjectId | null;
  attempts: number;
  /** The sender, who has stopped: it waits for their going on instead of its time. */
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
  /** The message that ended and that this one tries again. */
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
  /** What an answer is matched by where the network gives the words alone; absent where nobody can answer. */
  textDigest?: string;

  deliveryPolicy: DeliveryPolicy;
  route: { network: Network; communityId: Types.ObjectId }[];
  tries: Try[];
  /** Community of the current try; the outbox is claimed by it. */
  communityId: Types.ObjectId;
  isQuotaFree: boolean;

  acceptedAt: Date;
  sendAt: Date | null;
  expiresAt: Date;

  status: ServiceStatus;
  statusAt: Date;
  /** Grows with every move that changed the status. */
  sequence: number;
  history: StatusTransition[];
  endCode: EndCode | null;

  outbox?: ServiceOutbox;
  /** When the sweeper expires the message if the network reported nothing. Absent once it can no longer expire. */
  expiryDueAt?: Date;
  /** The write that changed it last: who writes many at once learns from it which of them held. */
  changeId?: Types.ObjectId;
  /** Set when the client's answer brought it into a thread. */
  conversationId?: Types.ObjectId;
}

const oid = Schema.Types.ObjectId;
const mixed = Schema.Types.Mixed;

const serviceMessageSchema = new Schema<ServiceMessage>(
  {
    companyId: { type: oid, required: true },
    senderKey: { type: String, required: true },
    // An absent list and an empty one are not the same to the unique index.
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
// Those that work is found by hold only what waits, however many messages there are.
serviceMessageSchema.index({ communityId: 1, 'outbox.dueAt': 1 }, where('outbox.dueAt'));
serviceMessageSchema.index({ 'outbox.heldFor': 1 }, where('outbox.heldFor'));
// What of one list waits, so that pausing or cancelling it costs by the list, whatever else is in the queues.
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
// Receipts name the network's id of a try.
serviceMessageSchema.index({ 'tries.communityId': 1, 'tries.externalId': 1 }, where('tries.externalId'));
// Messages of these words, when an answer quotes them or the network's history shows them.
serviceMessageSchema.index({ communityId: 1, textDigest: 1, acceptedAt: -1 }, where('textDigest'));
// A client's own messages, in the card and when an answer is matched; one list per filter of the deliveries screen.
serviceMessageSchema.index({ companyId: 1, phoneIndex: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, status: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ companyId: 1, templateName: 1, acceptedAt: -1, _id: -1 });
serviceMessageSchema.index({ senderKey: 1, acceptedAt: -1, _id: -1 });

export function serviceMessageModel(connection: Connection): Model<ServiceMessage> {
  return (
    connection.models.ServiceMessage ??
    connection.model<ServiceMessage>('ServiceMessage', serviceMessageSchema)
  );
}
