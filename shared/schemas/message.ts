/** One message of a thread, as screens see it. */
import { z } from 'zod';
import { failureCodes } from '../errorCodes.ts';
import { limits } from '../limits.ts';
import { endCodes } from '../v1/endReasons.ts';
import { serviceStatus } from '../v1/statuses.ts';
import { id, time } from './common.ts';
import { templateButton } from './template.ts';

/**
 * `service` a template sent by the company; `reply` from the client; `answer` from the company's people,
 * here or in the network's own interface; `note` for colleagues only; `system` what happened to the conversation.
 */
export const messageKinds = ['service', 'reply', 'answer', 'note', 'system'] as const;
export const messageKind = z.enum(messageKinds);
export type MessageKind = z.infer<typeof messageKind>;

/** Kinds VK knows (reference, section 2.3); any other arrives as `unknown` and keeps its vendor name. */
export const attachmentKinds = [
  'photo',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'graffiti',
  'link',
  'product',
  'post',
  'comment',
  'article',
  'poll',
  'podcast',
  'call',
  'gift',
  'playlist',
  'location',
  'unknown',
] as const;
export const attachmentKind = z.enum(attachmentKinds);
export type AttachmentKind = z.infer<typeof attachmentKind>;

export const attachmentView = z.object({
  kind: attachmentKind,
  /** The network's own name of the type; says what an `unknown` one was. */
  vendorType: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  /** A page to open in the network, https. */
  linkUrl: z.string().nullable(),
  /** The file itself, through this desk: `/media/...`, same origin; null when there is none to show. */
  mediaUrl: z.string().nullable(),
  previewUrl: z.string().nullable(),
  widthPx: z.number().int().nullable(),
  heightPx: z.number().int().nullable(),
  durationS: z.number().nullable(),
  sizeBytes: z.number().int().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});
export type AttachmentView = z.infer<typeof attachmentView>;

const authorView = z.object({
  /** `administrator` answered in the network's own interface; `agent` here; `system` is the desk itself. */
  type: z.enum(['client', 'agent', 'administrator', 'system']),
  personId: id.nullable(),
  name: z.string(),
});

/** The message that this one replies to; `messageId` is null when it is not in our store. */
export const quoteView = z.object({
  messageId: id.nullable(),
  authorName: z.string(),
  text: z.string(),
  attachmentKinds: z.array(attachmentKind),
});
export type QuoteView = z.infer<typeof quoteView>;

export interface ForwardedView {
  authorName: string;
  text: string;
  sentAt: string;
  attachments: AttachmentView[];
  forwarded: ForwardedView[];
}
export const forwardedView: z.ZodType<ForwardedView> = z.object({
  authorName: z.string(),
  text: z.string(),
  sentAt: time,
  attachments: z.array(attachmentView),
  get forwarded() {
    return z.array(forwardedView);
  },
});

/**
 * Life of an answer: `queued` -> `sending` -> `sent` -> `read`, or `failed`. `unknown`: the network's answer was
 * lost; it is looked up before anything is sent again. A reply is `received`. Notes and system lines are `stored`.
 */
export const messageStatuses = [
  'received',
  'stored',
  'queued',
  'sending',
  'unknown',
  'sent',
  'read',
  'failed',
] as const;
export const messageStatus = z.enum(messageStatuses);
export type MessageStatus = z.infer<typeof messageStatus>;

const failureView = z.object({
  code: z.enum(failureCodes),
  /** The network's own code and words, for administrators. */
  networkCode: z.number().int().nullable(),
  isRetryable: z.boolean(),
});

/** What a `system` line says; the screen turns it into words. */
const systemEvents = [
  'opened',
  'reopened',
  'assigned',
  'unassigned',
  'resolved',
  'pending',
  'snoozed',
  'woken',
  'clientBlocked',
  'clientAllowed',
  'gapFound', // the network's history shows messages that could not be read
  'gapFilled',
] as const;
export const systemEvent = z.enum(systemEvents);
export type SystemEvent = z.infer<typeof systemEvent>;

const reactionView = z.object({
  /** VK's number of the reaction, 1 to 64. */
  reactionId: z.number().int(),
  by: z.enum(['client', 'company']),
});

/** What an entry of kind `service` was made of, and how far it has come (N1). */
export const serviceEntryView = z.object({
  templateName: z.string(),
  templateVersion: z.number().int().positive(),
  variables: z.record(z.string(), z.string()),
  buttons: z.array(templateButton),
  imageIds: z.array(z.string()),
  /** What they show, by id, where the template says it. */
  imageAlts: z.record(z.string(), z.string()).optional(),
  status: serviceStatus,
  statusAt: time,
  endCode: z.enum(endCodes).nullable(),
});

/** How an answer found its service message (N6): by the button pressed, the network's tag, the quote, the bond, the history. */
export const answerWays = ['button', 'tag', 'quote', 'bond', 'history'] as const;
export type AnswerWay = (typeof answerWays)[number];

export const messageView = z.object({
  id,
  conversationId: id,
  /** Place in the conversation, from 1, without holes. Everyone sees this one order. */
  seq: z.number().int().positive(),
  /** Grows with every change of this message; an older copy never replaces a newer one. */
  version: z.number().int().nonnegative(),
  kind: messageKind,
  author: authorView,
  text: z.string(),
  attachments: z.array(attachmentView),
  replyTo: quoteView.nullable(),
  forwarded: z.array(forwardedView),
  status: messageStatus,
  failure: failureView.nullable(),
  reactions: z.array(reactionView),
  system: z
    .object({ event: systemEvent, personName: z.string().nullable(), count: z.number().int().nullable() })
    .nullable(),
  /** Of kind `service` alone. */
  service: serviceEntryView.optional(),
  /** Of a reply that answers a service message: the entry that it stands under. `replyTo` quotes it. */
  answers: z.object({ messageId: id, by: z.enum(answerWays) }).optional(),
  /** The network's clock for what came from it, ours otherwise. */
  sentAt: time,
  editedAt: time.nullable(),
  deletedAt: time.nullable(),
  /** Its content was removed for good (N17), rather than deleted by its author. */
  isErased: z.boolean().optional(),
  /** True when it was read from the network's history after a gap rather than as it happened. */
  isBackfilled: z.boolean(),
  /** Made by the tab that wrote it; lets the tab replace its own optimistic copy. */
  clientToken: z.string().nullable(),
});
export type MessageView = z.infer<typeof messageView>;

/** Made by the tab, once per message: the same token again is the same message. */
export const clientToken = z.string().regex(/^[\w-]{8,64}$/, '8 to 64 letters, digits, _ or -');

export const answerDraft = z.strictObject({
  clientToken,
  text: z.string().max(limits.answerTextChars).default(''),
  uploadIds: z.array(id).max(limits.attachmentsPerAnswer).default([]),
  /** Our id of the message that is quoted. */
  replyToMessageId: id.nullable().default(null),
});

export const noteDraft = z.strictObject({
  clientToken,
  text: z.string().trim().min(1).max(limits.noteTextChars),
});

export const uploadView = z.object({
  id,
  fileName: z.string(),
  contentType: z.string(),
  sizeBytes: z.number().int(),
  kind: z.enum(['photo', 'document']),
});
export type UploadView = z.infer<typeof uploadView>;
