/**
 * How many messages moved in each hour, by community, and of each template. `deliveryHours` holds the sums, a row an
 * hour; `deliveryCounted` holds which moves were counted, a row for each write that moved messages, for as long as such a move may be told again.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

/** `sent`, `delivered`, `read`, `expired`, and `undelivered:<reason>`. */
export type Counts = Record<string, number>;
/**
 * By `templateKeyOf`; beside the moves, under `messages`, how many messages left the queue: of each its first move alone.
 */
export type TemplateCounts = Record<string, Counts>;

export interface CountedTransitions {
  /** Community, hour, and `key`: what makes counting the same moves a second time impossible. */
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  hour: Date;
  /** The write that made the moves; or the message and its move, of what that row does not hold. */
  key: string;
  messageIds: Types.ObjectId[];
  counts: Counts;
  /** Absent in what was counted before templates were. */
  templates?: TemplateCounts;
  /** Present until the counts are in the hour's sum. */
  openSince?: Date;
  summedAt?: Date;
}

export interface DeliveryHour {
  /** Community and hour. */
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  hour: Date;
  counts: Counts;
  templates?: TemplateCounts;
  /** Keys of rows that are in the sums and may not be marked so yet. */
  summed: string[];
}

const oid = { type: Schema.Types.ObjectId, required: true };
const mixed = Schema.Types.Mixed;

const countedSchema = new Schema<CountedTransitions>(
  {
    _id: { type: String, required: true },
    companyId: oid,
    communityId: oid,
    hour: { type: Date, required: true },
    key: { type: String, required: true },
    messageIds: { type: [Schema.Types.ObjectId], required: true },
    counts: { type: mixed, required: true },
    templates: mixed,
    openSince: Date,
    summedAt: Date,
  },
  { strict: 'throw', collection: 'deliveryCounted', versionKey: false, minimize: false },
);
countedSchema.index({ openSince: 1 }, { partialFilterExpression: { openSince: { $exists: true } } });
countedSchema.index({ summedAt: 1 }, { partialFilterExpression: { summedAt: { $exists: true } } });

const hourSchema = new Schema<DeliveryHour>(
  {
    _id: { type: String, required: true },
    companyId: oid,
    communityId: oid,
    hour: { type: Date, required: true },
    counts: { type: mixed, default: {} } as never,
    templates: mixed,
    summed: { type: [String], default: [] },
  },
  { strict: 'throw', collection: 'deliveryHours', versionKey: false, minimize: false },
);
hourSchema.index({ companyId: 1, hour: 1 });

export interface DeliveryCountModels {
  deliveryCounted: Model<CountedTransitions>;
  deliveryHours: Model<DeliveryHour>;
}

export function deliveryCountModels(connection: Connection): DeliveryCountModels {
  const { models } = connection;
  return {
    deliveryCounted:
      models.DeliveryCounted ?? connection.model<CountedTransitions>('DeliveryCounted', countedSchema),
    deliveryHours: models.DeliveryHour ?? connection.model<DeliveryHour>('DeliveryHour', hourSchema),
  };
}

export function hourIdOf({ communityId, hour }: Pick<DeliveryHour, 'communityId' | 'hour'>): string {
  return `${communityId.toHexString()}.${hour.getTime() / HOUR_MS}`;
}

/** A template's name as a field's: a field has no dots, a template's name no colons, and no name is one that objects have. */
export function templateKeyOf(name: string): string {
  return `:${name.replaceAll('.', ':')}`;
}

export function templateOfKey(key: string): string {
  return key.slice(1).replaceAll(':', '.');
}

export const HOUR_MS = 3600_000;
