/**
 * Campaigns: lists of clients from files. Rows are stored sealed in blocks, refusals per block, and messages'
 * statuses in tallies. The campaign's own document keeps the progress and the sums, so that no reader counts rows.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { CampaignRefusal } from '../../shared/campaignRefusals.ts';
import type { CampaignColumns, CampaignFailureCode, CampaignState } from '../../shared/schemas/campaign.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

/** Sums over the blocks that one pass has processed. */
export interface Pass {
  /** The next block; the sums cover the blocks before it. */
  nextBlock: number;
  rows: number;
  fit: number;
  /** Counts by refusal code. */
  refused: Record<string, number>;
}

export interface Campaign {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  fileName: string;
  /** `importing` while its rows are being stored. A campaign that stays so was interrupted. */
  state: CampaignState | 'importing';
  /** One for each column. The names are in `headersSealed`; lists of earlier versions have them here until sealed. */
  headers: string[];
  headersSealed?: string;
  /** Rows of clients: the stored rows without the head. */
  rows: number;
  /** How many leading stored rows are no clients: titles and headers. Absent when the head is not stored as rows. */
  headRows?: number;
  /** Present while a person has to say whether the first row is a client. */
  isHeadAsked?: true;
  /** The column in which the first rows have phones. */
  phonesAt?: number;
  blocks: number;
  columns: CampaignColumns | null;
  checked: Pass;
  taken: Pass;
  /** Its messages by status, without those in the queue. */
  statuses: StatusCounts;
  /** What the sums already contain of each tally, by `t<number>`. Not read for people's views. */
  folded?: Record<string, FoldedTally>;
  /** How many messages left the queue in each bucket of five seconds; about the last two minutes. */
  pace: Record<string, number>;
  startAt: Date | null;
  /** The last action of a person: a repeat of its write finds out that it was done. */
  lastMoveId?: Types.ObjectId;
  /** The process that works on it. */
  lease: { owner: string; until: Date } | null;
  /** Steps that failed in a row. Not read for people's views. */
  stepFailures?: { count: number; retryAt: Date };
  /** Only in the state `failed`; `from` is the state in which the steps failed. */
  failure?: { code: CampaignFailureCode; from: CampaignState; at: Date };
  createdAt: Date;
  createdBy: { id: string; name: string };
  /** It is sent through these, which its creator may see; absent for all. */
  communityIds?: string[];
}

export type StatusCounts = Partial<Record<ServiceStatus, number>>;

export interface FoldedTally {
  changes: number;
  counts: StatusCounts;
}

/** Up to a thousand rows, sealed together; the worker processes one block per step. */
export interface CampaignBlock {
  _id: string;
  mailingId: Types.ObjectId;
  block: number;
  /** The index of its first row among the stored rows, from 0. */
  firstIndex: number;
  rows: number;
  sealed: string;
}

export type PassName = 'checked' | 'taken';

/** Rows of one block that one pass refused. */
export interface CampaignRefusals {
  _id: string;
  mailingId: Types.ObjectId;
  pass: PassName;
  block: number;
  refused: ({ row: number } & CampaignRefusal)[];
}

/** The statuses of a thousand rows' messages. Per row, the greatest of sequence and status in one number. */
export interface CampaignTally {
  _id: string;
  mailingId: Types.ObjectId;
  tally: number;
  moves: Record<string, number>;
  /** Grows with every write. */
  changes: number;
  /** Present while the campaign's sums may lack its last change. */
  dirtyAt?: Date;
}

const oid = Schema.Types.ObjectId;
const mixed = Schema.Types.Mixed;
const required = true;
const kept = { strict: 'throw', versionKey: false, minimize: false } as const;

const campaignSchema = new Schema<Campaign>(
  {
    companyId: { type: oid, required },
    fileName: { type: String, required },
    state: { type: String, required },
    headers: { type: [String], required },
    headersSealed: String,
    headRows: Number,
    isHeadAsked: Boolean as never,
    phonesAt: Number,
    rows: { type: Number, required },
    blocks: { type: Number, required },
    columns: mixed,
    checked: { type: mixed, required } as never,
    taken: { type: mixed, required } as never,
    statuses: { type: mixed, default: {} } as never,
    folded: { type: mixed, default: {} } as never,
    pace: { type: mixed, default: {} } as never,
    startAt: { type: Date, default: null },
    lastMoveId: oid as never,
    lease: mixed,
    stepFailures: mixed,
    failure: mixed,
    createdAt: { type: Date, required },
    createdBy: { type: mixed, required } as never,
    communityIds: { type: [String], default: undefined },
  },
  { ...kept, collection: 'mailings' },
);
campaignSchema.index({ companyId: 1, _id: -1 });
campaignSchema.index({ state: 1, createdAt: 1 });

const blockSchema = new Schema<CampaignBlock>(
  {
    _id: { type: String, required },
    mailingId: { type: oid, required },
    block: { type: Number, required },
    firstIndex: { type: Number, required },
    rows: { type: Number, required },
    sealed: { type: String, required },
  },
  { ...kept, collection: 'mailingRows' },
);
blockSchema.index({ mailingId: 1, block: 1 }, { unique: true });

const refusalsSchema = new Schema<CampaignRefusals>(
  {
    _id: { type: String, required },
    mailingId: { type: oid, required },
    pass: { type: String, required },
    block: { type: Number, required },
    refused: { type: [mixed], required } as never,
  },
  { ...kept, collection: 'mailingRefusals' },
);
refusalsSchema.index({ mailingId: 1, pass: 1, block: 1 });

const tallySchema = new Schema<CampaignTally>(
  {
    _id: { type: String, required },
    mailingId: { type: oid, required },
    tally: { type: Number, required },
    moves: { type: mixed, required } as never,
    changes: { type: Number, required },
    dirtyAt: Date,
  },
  { ...kept, collection: 'mailingTallies' },
);
tallySchema.index({ mailingId: 1 });
tallySchema.index({ dirtyAt: 1 }, { partialFilterExpression: { dirtyAt: { $exists: true } } });

export interface CampaignModels {
  campaigns: Model<Campaign>;
  campaignRows: Model<CampaignBlock>;
  campaignRefusals: Model<CampaignRefusals>;
  campaignTallies: Model<CampaignTally>;
}

export function campaignModels(connection: Connection): CampaignModels {
  const { models } = connection;
  return {
    campaigns: models.Mailing ?? connection.model<Campaign>('Mailing', campaignSchema),
    campaignRows: models.MailingBlock ?? connection.model<CampaignBlock>('MailingBlock', blockSchema),
    campaignRefusals:
      models.MailingRefusals ?? connection.model<CampaignRefusals>('MailingRefusals', refusalsSchema),
    campaignTallies: models.MailingTally ?? connection.model<CampaignTally>('MailingTally', tallySchema),
  };
}

export function blockIdOf(campaignId: Types.ObjectId, block: number): string {
  return `${campaignId.toHexString()}:${block}`;
}

export const emptyPass = (): Pass => ({ nextBlock: 0, rows: 0, fit: 0, refused: {} });
