/**
 * Dead letters: events of networks that could not be stored, with their raw text. One event has one letter, whether
 * long poll, webhook or history brought it.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { type DeadLetterCause, deadLetterCauses, deadLetterLimits } from '../../shared/schemas/deadLetter.ts';

export interface DeadLetter {
  /** Blind index of the community and the event's identity. */
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  network: Network;
  /** The client's id in the network; null when the event names no client. */
  peerId: string | null;
  /** How its channel reads the raw text again. */
  form: string;
  /** The network's own name of the event. */
  eventType: string;
  /** Sealed: the text of a message is personal data (N17). */
  rawSealed: string;
  /** A longer or deeper event is stored in part: people can read it, but it cannot be tried again. */
  isWhole: boolean;
  reason: { cause: DeadLetterCause; name: string; code: number | null };
  failures: number;
  at: Date;
  lastAt: Date;
}

const deadLetterSchema = new Schema<DeadLetter>(
  {
    _id: { type: String, required: true },
    companyId: { type: Schema.Types.ObjectId, required: true },
    communityId: { type: Schema.Types.ObjectId, required: true },
    network: { type: String, enum: ['vk', 'ok'], required: true },
    peerId: { type: String, default: null },
    form: { type: String, required: true },
    eventType: { type: String, required: true },
    rawSealed: { type: String, required: true },
    isWhole: { type: Boolean, required: true },
    reason: {
      cause: { type: String, enum: deadLetterCauses, required: true },
      name: { type: String, required: true },
      code: { type: Number, default: null },
    },
    failures: { type: Number, required: true },
    at: { type: Date, required: true },
    lastAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'deadLetters', versionKey: false },
);
deadLetterSchema.index({ companyId: 1, at: -1, _id: -1 });
deadLetterSchema.index({ communityId: 1, peerId: 1, at: 1 });
// Erasure and export find a client's letters in all communities of a network.
deadLetterSchema.index({ companyId: 1, network: 1, peerId: 1 });
deadLetterSchema.index({ at: 1 }, { expireAfterSeconds: deadLetterLimits.keptDays * 86_400 });

export function deadLetterModel(connection: Connection): Model<DeadLetter> {
  return connection.models.DeadLetter ?? connection.model<DeadLetter>('DeadLetter', deadLetterSchema);
}

export const deadLetterPurpose = (letterId: string) => `dead letter ${letterId}`;
