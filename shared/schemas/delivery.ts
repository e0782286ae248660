/** Delivery reports as screens see them: list rows, one message's full history, and statistics by hour. */
import { z } from 'zod';
import { type EndCode, endCodes } from '../v1/endReasons.ts';
import { deliveryPolicy, serviceStatus } from '../v1/statuses.ts';
import { id, network, time } from './common.ts';
import { deliveryView } from './deliveryView.ts';
import { messageSender } from './sender.ts';
import { templateButton, templateImageView } from './template.ts';

export const deliveryLimits = {
  page: 50,
  pageMax: 200,
  /** Rows of a tab that one request checks for changes. */
  known: 200,
  /** Messages that one click sends again. */
  again: 100,
  /** The longest period of hourly statistics. */
  hours: 31 * 24,
  /** Templates counted separately in the statistics: those with the most messages. */
  templates: 200,
  phoneChars: 64,
} as const;

/** Reasons that a person can fix: reconnect the community, change the template, wait for the quota. */
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
  /** As typed. In the body only: addresses end up in logs and browser histories. */
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
    /** `nextCursor` of the previous page. */
    cursor: z
      .string()
      .regex(/^\d{1,15}_[0-9a-f]{24}$/, 'the nextCursor of the page before')
      .optional(),
    limit: z.number().int().min(1).max(deliveryLimits.pageMax).default(deliveryLimits.page),
    /** Rows that the tab holds and whose status may still change. */
    known: z.array(id).max(deliveryLimits.known).default([]),
    /** Look for new rows only: it costs less and searches less far back. */
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
  /** The network of the present try, or of the last one. */
  network,
  status: serviceStatus,
  statusAt: time,
  /** Grows with every transition: an older copy never replaces a newer one. */
  sequence: z.number().int().nonnegative(),
  code: z.enum(endCodes).nullable(),
  expiresAt: time,
  canCancel: z.boolean(),
  canTryAgain: z.boolean(),
  /** The message that was sent again in place of this one. */
  againId: id.nullable(),
});
export type DeliveryRow = z.infer<typeof deliveryRow>;

export const deliveriesPage = z.object({
  rows: z.array(deliveryRow),
  /** Present state of the rows in `known`. */
  known: z.array(deliveryRow),
  /** Null when there are no older rows. */
  nextCursor: z.string().nullable(),
  /** How far back the search went, when the page is not full and there may be more: continue with the cursor. */
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
  /** False for a report that came late, twice or with an unknown status: it changed nothing. */
  isApplied: z.boolean(),
  code: z.enum(endCodes).nullable(),
  reason: reason.nullable(),
  networkCode: z.string().nullable(),
});
export type DeliveryLine = z.infer<typeof deliveryLine>;

const deliveryTry = z.object({
  network,
  /** Null, like the name, for a community that the reader may not see. */
  communityId: id.nullable(),
  communityName: z.string().nullable(),
  startedAt: time,
  externalId: z.string().nullable(),
  /** No message was handed to this network. */
  isSkipped: z.boolean(),
});

export const deliveryDetail = deliveryRow.extend({
  templateVersion: z.number().int().positive(),
  templateId: id,
  variables: z.record(z.string(), z.string()),
  text: z.string(),
  buttons: z.array(templateButton),
  /** Descriptions of the images, by id, where the template has them. */
  imageAlts: z.record(z.string(), z.string()).optional(),
  images: z.array(templateImageView),
  direction: z.enum(['oneWay', 'twoWay']),
  deliveryPolicy,
  sendAt: time.nullable(),
  clientMessageId: z.string().nullable(),
  route: z.array(network),
  history: z.array(deliveryLine),
  tries: z.array(deliveryTry),
  sender: messageSender,
  /** Calls of the current try so far. */
  attempts: z.number().int().nonnegative(),
  /** Why the message waits: its community is stopped. */
  isStuck: z.boolean(),
  /** Only conversations that the reader may see. */
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
  /** By reason; `unknown` when the network gave none. */
  undelivered: z.record(z.string(), count),
});
export type HourCounts = z.infer<typeof hourCounts>;

export const templateCounts = z.object({
  template: z.string(),
  /** Messages that left the queue: sent, or ended before that. Shares are counted from this number. */
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
  /** For the whole period, the most sent first; the template filter of the hours does not apply. */
  templates: z.array(templateCounts).max(deliveryLimits.templates),
  templatesLeftOut: count,
  /** Messages counted before statistics had templates: in the hours, but in no template. */
  movesWithoutTemplate: count,
});
export type DeliveryStats = z.infer<typeof deliveryStats>;
