/**
 * Counts of status transitions by hour, community and template. `deliveryHours` holds the sums, one document per
 * hour, and `deliveryDays` the same per day of UTC. `deliveryCounted` holds which transitions are counted, one document per write, while they may be reported
 * again.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

/** `sent`, `delivered`, `read`, `expired`, and `undelivered:<reason>`. */
export type Counts = Record<string, number>;
/**
 * By `templateKeyOf`. Beside the transitions, `messages` counts the messages that left the queue, each once.
 */
export type TemplateCounts = Record<string, Counts>;

export interface CountedTransitions {
  /** Community, hour and `key`: the unique id keeps the same transitions from being counted twice. */
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  hour: Date;
  /** The write that made the transitions; for a transition that its document lacks, the message and the sequence. */
  key: string;
  messageIds: Types.ObjectId[];
  counts: Counts;
  /** Absent in documents from before templates were counted. */
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
  /** Names (`sumPlaces.ts`) of counted documents that are in the sums and may not be marked so yet. */
  summed: string[];
}

/** The sum of the hours of a day. */
export interface DeliveryDay extends Omit<DeliveryHour, 'hour'> {
  /** When the day begins in UTC. */
  day: Date;
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

const sums = {
  _id: { type: String, required: true },
  companyId: oid,
  communityId: oid,
  counts: { type: mixed, default: {} } as never,
  templates: mixed,
  summed: { type: [String], default: [] as string[] },
};

const hourSchema = new Schema<DeliveryHour>(
  { ...sums, hour: { type: Date, required: true } },
  { strict: 'throw', collection: 'deliveryHours', versionKey: false, minimize: false },
);
hourSchema.index({ companyId: 1, hour: 1 });

const daySchema = new Schema<DeliveryDay>(
  { ...sums, day: { type: Date, required: true } },
  { strict: 'throw', collection: 'deliveryDays', versionKey: false, minimize: false },
);
daySchema.index({ companyId: 1, day: 1 });

export interface DeliveryCountModels {
  deliveryCounted: Model<CountedTransitions>;
  deliveryHours: Model<DeliveryHour>;
  deliveryDays: Model<DeliveryDay>;
}

export function deliveryCountModels(connection: Connection): DeliveryCountModels {
  const { models } = connection;
  return {
    deliveryCounted:
      models.DeliveryCounted ?? connection.model<CountedTransitions>('DeliveryCounted', countedSchema),
    deliveryHours: models.DeliveryHour ?? connection.model<DeliveryHour>('DeliveryHour', hourSchema),
    deliveryDays: models.DeliveryDay ?? connection.model<DeliveryDay>('DeliveryDay', daySchema),
  };
}

export function hourIdOf({ communityId, hour }: Pick<DeliveryHour, 'communityId' | 'hour'>): string {
  return `${communityId.toHexString()}.${hour.getTime() / HOUR_MS}`;
}

/** A template's name as a field name without dots. Names have no colons; the prefix avoids names like `__proto__`. */
export function templateKeyOf(name: string): string {
  return `:${name.replaceAll('.', ':')}`;
}

export function templateOfKey(key: string): string {
  return key.slice(1).replaceAll(':', '.');
}

export const HOUR_MS = 3600_000;
export const DAY_MS = 24 * HOUR_MS;
