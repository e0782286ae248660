/** Service messages as the screen of deliveries sees them: rows, one message's whole history, and figures by hour. */
import { z } from 'zod';
import { type EndCode, endCodes } from '../v1/endReasons.ts';
import { deliveryPolicy, serviceStatus } from '../v1/statuses.ts';
import { id, network, time } from './common.ts';
import { deliveryView } from './deliveryView.ts';
import { templateButton, templateImageView } from './template.ts';

export const deliveryLimits = {
  page: 50,
  pageMax: 200,
  /** Rows of a tab that are looked at again for changes, in one question. */
  known: 200,
  /** Messages that are tried again by one click. */
  again: 100,
  /** The longest period of the figures by hour. */
  hours: 31 * 24,
  /** Templates told apart in the figures, those of the most messages. */
  templates: 200,
  phoneChars: 32,
} as const;

/** Ends that a person can mend: connect the community again, change the template, wait for the quota. */
export const mendableCodes = [
  'communityStopped',
  'contentRefused',
  'networkRefused',
  'networkUnreachable',
  'quotaSpent',
  'clientBlocked',
] as const satisfies readonly EndCode[];

export const deliveryTemplate = z.string().min(1).max(100);

const filters = {
  view: deliveryView.default('all'),
  status: serviceStatus.optional(),
  template: deliveryTemplate.optional(),
  network: network.optional(),
  /** Accepted at or after. */
  from: time.optional(),
  /** Accepted before. */
  to: time.optional(),
  /** As it was typed. In the body alone: an address is kept and logged by many. */
  phone: z.string().trim().min(1).max(deliveryLimits.phoneChars).optional(),
};
const statusIsFree = ({ view, status }: { view?: string; status?: string | undefined }) =>
  view === 'all' || status === undefined;
const oneStatus = { message: 'A view has its own status: do not set another', path: ['status'] };

export const deliveryFilters = z.strictObject(filters).refine(statusIsFree, oneStatus);
export type DeliveryFilters = z.output<typeof deliveryFilters>;

export const deliveryExport = z
  .strictObject({ ...filters, language: z.enum(['ru', 'en']).default('ru') })
  .refine(statusIsFree, oneStatus);

export const deliverySearch = z
  .strictObject({
    ...filters,
    /** The `nextCursor` of the page before. */
    cursor: z
      .string()
      .regex(/^\d{1,15}_[0-9a-f]{24}$/, 'the nextCursor of the page before')
      .optional(),
    limit: z.number().int().min(1).max(deliveryLimits.pageMax).default(deliveryLimits.page),
    /** Rows that the tab holds and that may still move. */
    known: z.array(id).max(deliveryLimits.known).default([]),
    /** A look at what is new costs less, and looks less far. */
    isLook: z.boolean().default(false),
  })
  .refine(statusIsFree, oneStatus);
export type DeliverySearch = z.input<typeof deliverySearch>;

export const deliveryRow = z.object({
  id,
  acceptedAt: time,
  /** Masked by the reader's role; empty when the client was erased. */
  phone: z.string(),
  template: z.string(),
  communityId: id,
  /** Where it is tried now, or was tried last. */
  network,
  status: serviceStatus,
  statusAt: time,
  /** Grows with every move: an older copy never replaces a newer one. */
  sequence: z.number().int().nonnegative(),
  code: z.enum(endCodes).nullable(),
  expiresAt: time,
  canCancel: z.boolean(),
  canTryAgain: z.boolean(),
  /** The message that tried this one again. */
  againId: id.nullable(),
});
export type DeliveryRow = z.infer<typeof deliveryRow>;

export const deliveriesPage = z.object({
  rows: z.array(deliveryRow),
  /** Of the known ones, as they are now. */
  known: z.array(deliveryRow),
  /** Null when there is nothing older. */
  nextCursor: z.string().nullable(),
  /** How far back was looked, when the page is not full and there may be more: go on with the cursor. */
  searchedTo: time.nullable(),
});
export type DeliveriesPage = z.infer<typeof deliveriesPage>;

const reason = z.object({ ru: z.string(), en: z.string() });

export const deliveryLine = z.object({
  status: z.union([serviceStatus, z.literal('unknown')]),
  at: time,
  takenAt: time,
  source: z.enum(['desk', 'send', 'receipt', 'event', 'lookup']),
  network: network.nullable(),
  tryNo: z.number().int().nonnegative().nullable(),
  /** False for what came late, twice, or in no known word: it changed nothing. */
  isApplied: z.boolean(),
  code: z.enum(endCodes).nullable(),
  reason: reason.nullable(),
  networkCode: z.string().nullable(),
});
export type DeliveryLine = z.infer<typeof deliveryLine>;

const deliveryTry = z.object({
  network,
  communityId: id,
  communityName: z.string().nullable(),
  startedAt: time,
  externalId: z.string().nullable(),
  /** Nothing was handed to this network. */
  isSkipped: z.boolean(),
});

export const deliveryDetail = deliveryRow.extend({
  templateVersion: z.number().int().positive(),
  templateId: id,
  variables: z.record(z.string(), z.string()),
  text: z.string(),
  buttons: z.array(templateButton),
  /** What the images show, by id, where the template says it. */
  imageAlts: z.record(z.string(), z.string()).optional(),
  images: z.array(templateImageView),
  direction: z.enum(['oneWay', 'twoWay']),
  deliveryPolicy,
  sendAt: time.nullable(),
  clientMessageId: z.string().nullable(),
  route: z.array(network),
  history: z.array(deliveryLine),
  tries: z.array(deliveryTry),
  sender: z.object({ kind: z.enum(['key', 'person', 'mailing']), id, name: z.string().nullable() }),
  /** Calls of the current try so far. */
  attempts: z.number().int().nonnegative(),
  /** Why it waits and does not go: its community stopped. */
  isStuck: z.boolean(),
  /** Of those that the reader may see. */
  conversationId: id.nullable(),
  againOf: id.nullable(),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

export const againOutcome = z.object({
  id,
  outcome: z.enum(['accepted', 'repeated', 'refused', 'notNow']),
  messageId: id.nullable(),
  reason: reason.nullable(),
});
export type AgainOutcome = z.infer<typeof againOutcome>;

const count = z.number().int().nonnegative();
export const hourCounts = z.object({
  hour: time,
  sent: count,
  delivered: count,
  read: count,
  expired: count,
  /** By reason; `unknown` where the network gave none. */
  undelivered: z.record(z.string(), count),
});
export type HourCounts = z.infer<typeof hourCounts>;

export const templateCounts = z.object({
  template: z.string(),
  /** That left the queue: were sent, or ended before they were. The shares are of these. */
  messages: count,
  sent: count,
  delivered: count,
  read: count,
  undelivered: count,
  expired: count,
});
export type TemplateCounts = z.infer<typeof templateCounts>;

export const deliveryStats = z.object({
  hours: z.array(hourCounts),
  /** Of the whole period, the most sent first, whichever template the hours are of. */
  templates: z.array(templateCounts).max(deliveryLimits.templates),
  templatesLeftOut: count,
  /** Counted before templates were: in the hours, and in no template. */
  movesWithoutTemplate: count,
});
export type DeliveryStats = z.infer<typeof deliveryStats>;
