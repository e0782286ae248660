/**
 * What the figures keep. `threadParts` holds what each part of a thread adds to the sums; `figureHours` holds the sums,
 * one document for an hour of a community and whatever it is counted by; `figureSpans` holds the same for whole days and
 * weeks. `figureStates` holds the step that is being written. Times and ids only: no name, no text.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { TargetKind } from '../../shared/calendar/targets.ts';
import type { RatingMark } from '../../shared/schemas/rating.ts';

/** By names such as `replies` and, for histograms, `first:137`: the name and the bin; `answers:3` see `answersBins.ts`. */
export type Counts = Record<string, number>;

/** What is counted: everything, or one person's, label's or template's share. */
export const subjects = ['all', 'person', 'label', 'template'] as const;
export type Subject = (typeof subjects)[number];

export interface Add {
  hour: Date;
  subject: Subject;
  /** The person's id, the label or the template's name; empty for all. */
  key: string;
  counts: Counts;
}

/** A question for a mark, and what the client has answered. Its counts belong to the hour of the question. */
export interface AskedMark {
  ratingId: string;
  at: Date;
  /** Who resolved the case that the question is about, and the labels under which its resolution counts. */
  person: string | null;
  /** Absent in earlier parts. */
  labels?: string[];
  /** False while the network has refused it, or it was taken back. A mark proves that it arrived. */
  isAsked: boolean;
  mark: RatingMark | null;
}

/** What a thread has come to at one place. */
export interface ThreadState {
  /** Null between cases. */
  caseSince: Date | null;
  isAnswered: boolean;
  waitingSince: Date | null;
  /** Working time of the waits of this case that are over. */
  waitedMs: number;
  /** Replies and answers of this case. */
  messages: number;
  hasResolved: boolean;
  /** Who resolved the last case. */
  resolvedBy: string | null;
  /** The labels under which that resolution counts. Absent before it, and in earlier parts. */
  resolvedLabels?: string[];
  /** Entries of service messages that have an answer: a second one adds nothing. The newest ones. */
  answeredEntries: string[];
  /** The newest questions for a mark: a later tap changes the mark of its question. Absent in earlier parts. */
  askedMarks?: AskedMark[];
}

/** A target that was missed: the answer or the resolution came too late. */
export interface LateAnswer {
  kind: TargetKind;
  seq: number;
  since: Date;
  dueAt: Date;
  endedAt: Date;
  personId: string | null;
}

/** At most 100 messages of a thread; a resolution ends a part too. The parts of a thread follow one another. */
export interface ThreadPart {
  /** Conversation and number. */
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  conversationId: Types.ObjectId;
  nth: number;
  fromSeq: number;
  lastSeq: number;
  isClosed: boolean;
  start: ThreadState;
  end: ThreadState;
  adds: Add[];
  /** Results that a later calendar or target must not change, by place and name. */
  measured: Counts;
  labels: string[];
  /** When a resolution ended the part; null where none did. Reviews of quality draw these. */
  resolvedAt: Date | null;
  late: LateAnswer[];
  /** The newest of them; null without any. */
  wasLateAt: Date | null;
  /** Only in the last part of a thread whose client waits, like the two below. */
  waitingSince: Date | null;
  /** When the first target of the wait is missed; null without a target. */
  dueAt: Date | null;
  dueKind: TargetKind | null;
  /** The calendar and the targets by which `dueAt` was computed. */
  settings: string;
  /** The step that wrote it. */
  step: number;
}

export interface FigureHour extends Add {
  _id: string;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  step: number;
}

/** The sum of the hours of a day or a week, by the clocks of a zone. */
export interface FigureSpan
  extends Pick<FigureHour, 'companyId' | 'communityId' | 'subject' | 'key' | 'counts'> {
  _id: string;
  timeZone: string;
  /** See `spans.ts`: a day or a week. */
  span: string;
  /** Where in the week and on which day it happened: names of `spans.ts`. */
  places: Counts;
  step: number;
}

/** Up to where spans hold the sums of all hours. */
export interface BuiltSpans {
  timeZone: string;
  /** A date: the hours of all days before it are in the spans. Empty: no hour is. */
  before: string;
}

export interface Journal {
  parts: Omit<ThreadPart, 'step'>[];
  hours: Omit<FigureHour, 'step'>[];
  /** For hours that are in the spans already. Absent in journals of earlier versions. */
  spans?: Omit<FigureSpan, 'step'>[];
}

export interface FigureState {
  /** The company. */
  _id: Types.ObjectId;
  lease: { owner: string; until: Date } | null;
  /** Grows by one with each step that changes sums. */
  step: number;
  /** All writes of this step. A process that finds them here repeats them, and a repeat changes nothing. */
  journal: Journal | null;
  /** Threads from before the figures that are counted already; null once all are. */
  backfill: { after: Types.ObjectId | null } | null;
  /** The calendar and targets that every waiting thread has. */
  settings: string;
  /** Absent in earlier versions. */
  spans?: BuiltSpans;
  caughtUpAt: Date | null;
}

/** Of no zone: the first look at the company's zone begins anew. */
export const noSpans: BuiltSpans = { timeZone: '', before: '' };

const { ObjectId, Mixed } = Schema.Types;
const oid = { type: ObjectId, required: true };

const stateFields = {
  caseSince: Date,
  isAnswered: Boolean,
  waitingSince: Date,
  waitedMs: Number,
  messages: Number,
  hasResolved: Boolean,
  resolvedBy: String,
  resolvedLabels: { type: [String], default: undefined },
  answeredEntries: { type: [String], default: [] },
  askedMarks: { type: [Mixed], default: undefined },
};
const threadState = new Schema(stateFields, { _id: false });

const partSchema = new Schema<ThreadPart>(
  {
    _id: { type: String, required: true },
    companyId: oid,
    communityId: oid,
    conversationId: oid,
    nth: { type: Number, required: true },
    fromSeq: { type: Number, required: true },
    lastSeq: { type: Number, required: true },
    isClosed: { type: Boolean, required: true },
    start: { type: threadState, required: true } as never,
    end: { type: threadState, required: true } as never,
    adds: { type: [Mixed], required: true } as never,
    measured: { type: Mixed, required: true },
    labels: { type: [String], required: true },
    resolvedAt: { type: Date, default: null },
    late: { type: [Mixed], required: true } as never,
    wasLateAt: { type: Date, default: null },
    waitingSince: { type: Date, default: null },
    dueAt: { type: Date, default: null },
    dueKind: { type: String, default: null },
    settings: { type: String, required: true },
    step: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'threadParts', versionKey: false, minimize: false },
);
const since1970 = { $gt: new Date(0) };
partSchema.index({ conversationId: 1, nth: 1 });
// The lists of missed targets, for people who see all communities and for those who see some.
for (const field of ['companyId', 'communityId'] as const) {
  partSchema.index({ [field]: 1, dueAt: 1, _id: 1 }, { partialFilterExpression: { dueAt: since1970 } });
  partSchema.index(
    { [field]: 1, wasLateAt: -1, _id: -1 },
    { partialFilterExpression: { wasLateAt: since1970 } },
  );
  // Resolved cases of a period.
  partSchema.index(
    { [field]: 1, resolvedAt: -1, _id: -1 },
    { partialFilterExpression: { resolvedAt: since1970 } },
  );
}
// Finds what a changed calendar moves.
partSchema.index({ companyId: 1, waitingSince: 1 }, { partialFilterExpression: { waitingSince: since1970 } });

const hourSchema = new Schema<FigureHour>(
  {
    _id: { type: String, required: true },
    companyId: oid,
    communityId: oid,
    hour: { type: Date, required: true },
    subject: { type: String, enum: subjects, required: true },
    key: { type: String, default: '' },
    counts: { type: Mixed, default: {} } as never,
    step: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'figureHours', versionKey: false, minimize: false },
);
hourSchema.index({ companyId: 1, subject: 1, hour: 1 });

const spanSchema = new Schema<FigureSpan>(
  {
    _id: { type: String, required: true },
    companyId: oid,
    communityId: oid,
    timeZone: { type: String, required: true },
    span: { type: String, required: true },
    subject: { type: String, enum: subjects, required: true },
    key: { type: String, default: '' },
    counts: { type: Mixed, default: {} } as never,
    places: { type: Mixed, default: {} } as never,
    step: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'figureSpans', versionKey: false, minimize: false },
);
spanSchema.index({ companyId: 1, timeZone: 1, subject: 1, span: 1, communityId: 1 });

const figureStateSchema = new Schema<FigureState>(
  {
    _id: oid,
    lease: { type: Mixed, default: null },
    step: { type: Number, required: true },
    journal: { type: Mixed, default: null },
    backfill: { type: Mixed, default: null },
    settings: { type: String, default: '' },
    spans: { type: Mixed, default: noSpans },
    caughtUpAt: { type: Date, default: null },
  },
  { strict: 'throw', collection: 'figureStates', versionKey: false, minimize: false },
);

export interface FigureModels {
  threadParts: Model<ThreadPart>;
  figureHours: Model<FigureHour>;
  figureSpans: Model<FigureSpan>;
  figureStates: Model<FigureState>;
}

export function figureModels(connection: Connection): FigureModels {
  const { models } = connection;
  return {
    threadParts: models.ThreadPart ?? connection.model<ThreadPart>('ThreadPart', partSchema),
    figureHours: models.FigureHour ?? connection.model<FigureHour>('FigureHour', hourSchema),
    figureSpans: models.FigureSpan ?? connection.model<FigureSpan>('FigureSpan', spanSchema),
    figureStates: models.FigureState ?? connection.model<FigureState>('FigureState', figureStateSchema),
  };
}
