/**
 * Transcripts are jobs: requested once, then made by whichever process claims them. Beside them stands which
 * conversations each file has read, written before it reads them, so that an erasure finds every file of its client.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import {
  type TranscriptFormat,
  type TranscriptReason,
  type TranscriptScope,
  type TranscriptState,
  transcriptFormats,
  transcriptScopes,
  transcriptStates,
} from '../../shared/schemas/transcript.ts';

export interface Transcript {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  personId: string;
  personName: string;
  /** What the person might see when they asked; null for every community. Narrower rights stop the job. */
  communityIds: string[] | null;
  format: TranscriptFormat;
  language: 'ru' | 'en';
  withNotes: boolean;
  scope: TranscriptScope;
  conversationIds: Types.ObjectId[];
  /** The search as JSON: its text may be a name or a phone. */
  searchSealed?: string;
  state: TranscriptState;
  reason: TranscriptReason | null;
  messages: number;
  ofMessages: number | null;
  /** Present while there is work; a claim sets it to the end of its lease. */
  dueAt?: Date;
  runId?: Types.ObjectId | null;
  failures: number;
  /** A client of it was erased while it ran: what was read so far must not become a file. */
  isVoid?: boolean;
  fileId?: Types.ObjectId;
  sizeBytes?: number;
  requestedAt: Date;
  finishedAt?: Date;
  expiresAt?: Date;
}

export interface TranscriptThread {
  /** The transcript and the conversation. */
  _id: string;
  transcriptId: Types.ObjectId;
  conversationId: Types.ObjectId;
}

const oid = Schema.Types.ObjectId;
const required = true;
const where = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

const transcriptSchema = new Schema<Transcript>(
  {
    companyId: { type: oid, required },
    personId: { type: String, required },
    personName: { type: String, required },
    communityIds: { type: [String], default: null } as never,
    format: { type: String, enum: transcriptFormats, required },
    language: { type: String, required },
    withNotes: { type: Boolean, required },
    scope: { type: String, enum: transcriptScopes, required },
    conversationIds: { type: [oid], default: [] } as never,
    searchSealed: String,
    state: { type: String, enum: transcriptStates, required },
    reason: { type: String, default: null },
    messages: { type: Number, required },
    ofMessages: { type: Number, default: null },
    dueAt: Date,
    runId: oid,
    failures: { type: Number, default: 0 },
    isVoid: Boolean,
    fileId: oid,
    sizeBytes: Number,
    requestedAt: { type: Date, required },
    finishedAt: Date,
    expiresAt: Date,
  },
  { strict: 'throw', collection: 'transcripts', versionKey: false, minimize: false },
);
transcriptSchema.index({ companyId: 1, personId: 1, requestedAt: -1, _id: -1 });
transcriptSchema.index({ dueAt: 1 }, where('dueAt'));
transcriptSchema.index({ expiresAt: 1 }, where('expiresAt'));

const threadSchema = new Schema<TranscriptThread>(
  {
    _id: { type: String, required },
    transcriptId: { type: oid, required },
    conversationId: { type: oid, required },
  },
  { strict: 'throw', collection: 'transcriptThreads', versionKey: false },
);
threadSchema.index({ conversationId: 1 });
threadSchema.index({ transcriptId: 1 });

export interface TranscriptModels {
  transcripts: Model<Transcript>;
  transcriptThreads: Model<TranscriptThread>;
}

export function transcriptModels(connection: Connection): TranscriptModels {
  return {
    transcripts: connection.models.Transcript ?? connection.model<Transcript>('Transcript', transcriptSchema),
    transcriptThreads:
      connection.models.TranscriptThread ??
      connection.model<TranscriptThread>('TranscriptThread', threadSchema),
  };
}

/** The bucket of the files. */
export const TRANSCRIPT_BUCKET = 'transcriptFiles';

export const searchPurpose = (id: Types.ObjectId) => `transcript search ${id.toHexString()}`;
