/** A campaign as screens see it: its state, the refused rows, and the statuses of its messages. */
import { z } from 'zod';
import { campaignRefusalCodes } from '../campaignRefusals.ts';
import { serviceStatus } from '../v1/statuses.ts';
import { id, time } from './common.ts';
import { templateName, variableName } from './template.ts';

export const campaignLimits = {
  rows: 200_000,
  columns: 100,
  fileBytes: 100 * 1024 * 1024,
  /** Limit of one row, all cells together. */
  rowChars: 64 * 1024,
  headerChars: 200,
  /** Leading rows that may be no clients: titles and the headers. */
  headRows: 5,
  /** Rows of clients shown before and after the check. */
  rowsShown: 3,
  cellCharsShown: 100,
  refusedPage: 100,
  listPage: 30,
  startInDaysMax: 30,
} as const;

/**
 * `uploaded` waits for its columns, `checking` validates every row, `ready` may be started, `cancelling` cancels
 * queued messages. `done`: every row was accepted or refused. `failed`: a step failed several times; it may be resumed
 * or cancelled.
 */
const campaignStates = [
  'uploaded',
  'checking',
  'ready',
  'scheduled',
  'running',
  'paused',
  'cancelling',
  'cancelled',
  'done',
  'failed',
] as const;
export const campaignState = z.enum(campaignStates);
export type CampaignState = z.infer<typeof campaignState>;

const count = z.number().int().nonnegative();
const columnAt = count.max(campaignLimits.columns - 1);

/** `rowsUnreadable`: the stored rows cannot be opened. `stepFailed`: any other error; the log has it. */
export const campaignFailureCodes = ['rowsUnreadable', 'stepFailed'] as const;
export type CampaignFailureCode = (typeof campaignFailureCodes)[number];

/** How many rows are valid and how many are not, by reason. */
const verdicts = z.object({
  rows: count,
  fit: count,
  refused: z.array(z.object({ code: z.enum(campaignRefusalCodes), count })),
});

export const campaignColumns = z.strictObject({
  template: templateName,
  phoneColumn: columnAt,
  /** The column of each variable. */
  variables: z.record(variableName, columnAt),
});
export type CampaignColumns = z.infer<typeof campaignColumns>;

/** How a person says the list is read. */
export const columnsMatch = campaignColumns.extend({
  /** How many leading rows are no clients; the last of them has the headers. Without it nothing changes. */
  headRows: count.max(campaignLimits.headRows).optional(),
});
export type ColumnsMatch = z.infer<typeof columnsMatch>;

export const campaignFirstRows = z.object({
  rows: z.array(
    z.object({
      /** Its place among the rows that are not blank, from 0. */
      index: count,
      /** The row's number in a spreadsheet. */
      row: z.number().int().positive(),
      /** Long cells are cut. */
      cells: z.array(z.string()),
      /** As it is read from the phone column, in E.164; null when it is refused, or no column is matched. */
      phone: z.string().nullable(),
    }),
  ),
});
export type CampaignFirstRows = z.infer<typeof campaignFirstRows>;

export const campaignView = z.object({
  id,
  fileName: z.string(),
  state: campaignState,
  /** The names of the columns; blank where there is none, and where it is a phone. */
  headers: z.array(z.string()),
  /** The leading rows that are no clients; null when that cannot be changed. */
  head: z
    .object({
      rows: count,
      /** The first row holds a phone: a person must say whether it is a client. */
      isAsked: z.boolean(),
    })
    .nullable(),
  rows: count,
  /** The column that probably holds the phones; a person corrects it. */
  guessedPhoneColumn: columnAt.nullable(),
  columns: campaignColumns.nullable(),
  /** Results of the check. */
  checked: verdicts,
  /** Results of the sending. */
  taken: verdicts,
  /** Statuses of the accepted messages. */
  statuses: z.partialRecord(serviceStatus, count),
  /** Messages that left the queue in the last minute; null unless the campaign is running. */
  perSecond: z.number().nonnegative().nullable(),
  startAt: time.nullable(),
  /** Why it failed, and when; null in every other state. */
  failure: z
    .object({ code: z.enum(campaignFailureCodes), at: time })
    .nullable()
    .default(null),
  createdAt: time,
  createdBy: z.string(),
});
export type CampaignView = z.infer<typeof campaignView>;

export const campaignMove = z.discriminatedUnion('move', [
  z.strictObject({ move: z.literal('start'), startAt: z.iso.datetime({ offset: true }).optional() }),
  z.strictObject({ move: z.enum(['pause', 'resume', 'cancel']) }),
]);
export type CampaignAction = z.infer<typeof campaignMove>;

export const refusedRow = z.object({
  /** The row's number in a spreadsheet. */
  row: z.number().int().positive(),
  code: z.enum(campaignRefusalCodes),
  reason: z.object({ ru: z.string(), en: z.string() }),
});
export type RefusedRow = z.infer<typeof refusedRow>;
