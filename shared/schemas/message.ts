/** One message of a thread, as screens see it. */
import { z } from 'zod';
import { failureCodes } from '../errorCodes.ts';
import { limits } from '../limits.ts';
import { endCodes } from '../v1/endReasons.ts';
import { serviceStatus } from '../v1/statuses.ts';
import { id, time } from './common.ts';
import { ratingMark } from './rating.ts';
import { templateButton } from './template.ts';

/**
 * `service`: a template sent by the company. `reply`: from the client. `answer`: from the company's people, here
 * or in the network's own interface. `note`: for the company only. `system`: an event of the conversation.
 */
export const messageKinds = ['service', 'reply', 'answer', 'note', 'system'] as const;
export const messageKind = z.enum(messageKinds);
export type MessageKind = z.infer<typeof messageKind>;

/** Kinds that VK knows (reference, section 2.3); any other becomes `unknown` and keeps the vendor's name. */
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
  /** The network's own name of the type; it identifies an `unknown` one. */
  vendorType: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  /** A page to open in the network, https. */
  linkUrl: z.string().nullable(),
  /** The file itself, served by this desk: `/media/...`, same origin; null when there is no file to show. */
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
  /** `administrator`: a person in the network's own interface. `agent`: a person here. `system`: the server. */
  type: z.enum(['client', 'agent', 'administrator', 'system']),
  personId: id.nullable(),
  name: z.string(),
});

/** The message that this one replies to; `messageId` is null when it is not in our store. */
export const quoteView = z.object({
  messageId: id.nullable(),
  /** The name at the time of writing. Screens show a client’s present name instead. */
  authorName: z.string(),
  isByClient: z.boolean().optional(),
  text: z.string(),
  attachmentKinds: z.array(attachmentKind),
});
export type QuoteView = z.infer<typeof quoteView>;

export interface ForwardedView {
  authorName: string;
  isByClient?: boolean | undefined;
  text: string;
  sentAt: string;
  attachments: AttachmentView[];
  forwarded: ForwardedView[];
}
export const forwardedView: z.ZodType<ForwardedView> = z.object({
  authorName: z.string(),
  isByClient: z.boolean().optional(),
  text: z.string(),
  sentAt: time,
  attachments: z.array(attachmentView),
  get forwarded() {
    return z.array(forwardedView);
  },
});

/**
 * Statuses of an answer: `queued` -> `sending` -> `sent` -> `read`, or `failed`. `unknown`: the network's response
 * was lost; the sender looks the message up before a retry. A reply is `received`; notes and system lines: `stored`.
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
  /** The network's own code and message, for administrators. */
  networkCode: z.number().int().nullable(),
  isRetryable: z.boolean(),
});

/** Kinds of `system` lines; the screen has a text for each. */
const systemEvents = [
  'opened',
  'reopened',
  'assigned',
  'unassigned',
  'resolved',
  'pending',
  'snoozed',
  'woken',
  'labelled',
  'clientBlocked',
  'clientAllowed',
  'gapFound', // the network's history shows messages that could not be read
  'gapFilled',
  'rated', // the client gave a mark after the resolution
] as const;
export const systemEvent = z.enum(systemEvents);
export type SystemEvent = z.infer<typeof systemEvent>;

export const labelChange = z.object({ added: z.array(z.string()), removed: z.array(z.string()) });
export type LabelChange = z.infer<typeof labelChange>;

const reactionView = z.object({
  /** VK's number of the reaction, 1 to 64. */
  reactionId: z.number().int(),
  by: z.enum(['client', 'company']),
});

/** The content of an entry of kind `service`, and its delivery status (N1). */
export const serviceEntryView = z.object({
  templateName: z.string(),
  templateVersion: z.number().int().positive(),
  variables: z.record(z.string(), z.string()),
  buttons: z.array(templateButton),
  imageIds: z.array(z.string()),
  /** Descriptions of the images, by id, where the template has them. */
  imageAlts: z.record(z.string(), z.string()).optional(),
  status: serviceStatus,
  statusAt: time,
  endCode: z.enum(endCodes).nullable(),
});

/** The proof that matched a reply to its service message (N6): button, network's tag, quote, bond or history. */
export const answerWays = ['button', 'tag', 'quote', 'bond', 'history'] as const;
export type AnswerWay = (typeof answerWays)[number];

export const messageView = z.object({
  id,
  conversationId: id,
  /** Position in the conversation, from 1, without gaps. It is the same for everyone. */
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
    .object({
      event: systemEvent,
      personName: z.string().nullable(),
      count: z.number().int().nullable(),
      /** Only of `labelled`: what the change added and removed. */
      labels: labelChange.optional(),
      /** Only of `rated`. */
      mark: ratingMark.optional(),
    })
    .nullable(),
  /** Set for kind `service` only. */
  service: serviceEntryView.optional(),
  /** The service message that this reply answers; the reply is shown under it. `replyTo` is its quote. */
  answers: z.object({ messageId: id, by: z.enum(answerWays) }).optional(),
  /** The question for a mark after a resolution, or the client's comment to their mark. */
  rating: z.enum(['question', 'comment']).optional(),
  /** The network's clock for messages from the network, ours otherwise. */
  sentAt: time,
  editedAt: time.nullable(),
  deletedAt: time.nullable(),
  /** The content was erased for good (N17, personal data), not deleted by its author. */
  isErased: z.boolean().optional(),
  /** True when the message was read from the network's history after a gap, not received live. */
  isBackfilled: z.boolean(),
  /** Made by the tab that wrote the message; lets the tab replace its own optimistic copy. */
  clientToken: z.string().nullable(),
});
export type MessageView = z.infer<typeof messageView>;

/** Made by the tab, once per message; it makes a repeated request idempotent. */
export const clientToken = z.string().regex(/^[\w-]{8,64}$/, '8 to 64 letters, digits, _ or -');

/** Who wrote it, if the tab says so: refused when another person is signed in by now in the same browser. */
const writerId = id.optional();

export const answerDraft = z.strictObject({
  clientToken,
  writerId,
  text: z.string().max(limits.answerTextChars).default(''),
  uploadIds: z.array(id).max(limits.attachmentsPerAnswer).default([]),
  /** Our id of the quoted message. */
  replyToMessageId: id.nullable().default(null),
  /** The newest place that its writer had on the screen; absent: all. Later replies go on waiting. */
  seenSeq: z.number().int().nonnegative().optional(),
  /** The canned answers that it was made of: their uses are counted. */
  cannedAnswerIds: z.array(id).max(limits.cannedPerAnswer).default([]),
});

export const noteDraft = z.strictObject({
  clientToken,
  writerId,
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
