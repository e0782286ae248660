/**
 * A template of service messages as screens and other programs see it: the content of a version, its status, and the
 * requests about it. Shapes only, loose enough for a draft; `shared/templates/` holds the rules.
 */
import { z } from 'zod';
import { templateLimits as most } from '../templates/limits.ts';
import { id, network, time } from './common.ts';

/** Written `{name}` in the texts. */
export const variableName = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,31}$/, 'a name such as orderNumber');

/** `date` is DD.MM.YYYY or YYYY-MM-DD, `time` HH:MM, `link` an https address; each is shown as it was given. */
export const variableTypes = ['text', 'number', 'date', 'time', 'link'] as const;
export const variableType = z.enum(variableTypes);
export type VariableType = z.infer<typeof variableType>;

export const templateVariable = z.strictObject({
  name: variableName,
  type: variableType,
  /** In Unicode code points; a longer value is refused when sending. */
  maxLength: z.number().int().min(1).max(most.textChars),
  /** Shown in the preview and to reviewers. */
  example: z.string().max(most.textChars),
});
export type TemplateVariable = z.infer<typeof templateVariable>;

const buttonBase = {
  /** Does not change while the button is edited: the payload of a pressed text button names it. */
  id: z.string().regex(/^[a-zA-Z0-9_-]{1,32}$/),
  label: z.string().max(500),
};
export const templateButton = z.discriminatedUnion('kind', [
  /** Sends its label as the client's reply. */
  z.strictObject({ ...buttonBase, kind: z.literal('text') }),
  /** Opens an https address, which may hold variables. */
  z.strictObject({ ...buttonBase, kind: z.literal('link'), url: z.string().max(4 * most.linkChars) }),
]);
export type TemplateButton = z.infer<typeof templateButton>;

export const templateDirections = ['oneWay', 'twoWay'] as const;

/**
 * Line ends become `
 * ` and the text is trimmed: the blank line before the ad is the only one we add.
 * `overwrite`, not `transform`: a transform's result has no type in the API's description.
 */
const plainText = z
  .string()
  .max(most.draftTextChars)
  .overwrite((text) => text.replace(/\r\n?/g, '\n').trim());

/** Descriptions of the images for people who cannot see them, by image id. */
const imageAlts = z
  .record(id, z.string().trim().max(most.imageAltChars))
  .refine(
    (alts) => Object.keys(alts).length <= most.draftListItems,
    'There are more descriptions than images',
  );

export const templateContent = z.strictObject({
  body: plainText,
  /** Rendered last, after a blank line; null for a template without it. */
  adText: plainText.nullable().overwrite((text) => text || null),
  variables: z.array(templateVariable).max(most.draftListItems),
  imageIds: z.array(id).max(most.draftListItems),
  imageAlts: imageAlts.optional(),
  buttons: z.array(templateButton).max(most.draftListItems),
  direction: z.enum(templateDirections),
  defaultTtlSeconds: z.number().int().min(most.ttlSecondsMin).max(most.ttlSecondsMax),
  /** In the order in which they are tried. */
  networks: z
    .array(network)
    .max(network.options.length)
    .refine((networks) => new Set(networks).size === networks.length, 'Each network can be listed only once'),
  /** Urgent messages are also sent outside the company's sending hours. */
  isUrgent: z.boolean(),
});
export type TemplateContent = z.infer<typeof templateContent>;

/** The content of a service message; it is stored with the message. */
export const templateVersion = templateContent.extend({ version: z.number().int().positive() });
export type TemplateVersion = z.infer<typeof templateVersion>;

/** Statuses of a version; `archived` belongs to the whole template. */
export const templateStatuses = ['draft', 'onReview', 'approved', 'rejected', 'archived'] as const;
export const templateStatus = z.enum(templateStatuses);
export type TemplateStatus = z.infer<typeof templateStatus>;

/** The template and version that a request to send names. */
export const templateName = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9_.-]{0,63}$/, 'a name such as orderReady, up to 64 characters');
const templateTitle = z.string().trim().min(1).max(most.titleChars);

export const templateImageView = z.object({
  id,
  /** Hash of the stored bytes, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  widthPx: z.number().int().positive(),
  heightPx: z.number().int().positive(),
  sizeBytes: z.number().int().positive(),
  /** Served by this desk: `/media/...`, same origin. */
  url: z.string(),
});
export type TemplateImageView = z.infer<typeof templateImageView>;

/** A row of the template list. */
export const templateRow = z.object({
  id,
  name: templateName,
  title: z.string(),
  status: templateStatus,
  latestVersion: z.number().int().positive(),
  /** The version in use; null before the first approval. */
  approvedVersion: z.number().int().positive().nullable(),
  /** The beginning of the latest version's body. */
  excerpt: z.string(),
  direction: z.enum(templateDirections),
  /** Why the latest version was rejected. */
  reason: z.string().nullable(),
  changedAt: time,
});
export type TemplateRow = z.infer<typeof templateRow>;

export const templateView = templateRow.extend({
  /** Grows with every change of the template; a request to change names the revision it is based on. */
  revision: z.number().int().positive(),
  latest: templateVersion,
  approved: templateVersion.nullable(),
  /** Of the template and its latest version. */
  images: z.array(templateImageView),
});
export type TemplateView = z.infer<typeof templateView>;

/** One event in a version's history: the person, the time and the reason. */
const step = z.object({ at: time, personName: z.string() });
export const templateVersionView = z.object({
  content: templateVersion,
  status: templateStatus,
  reason: z.string().nullable(),
  saved: step,
  submitted: step.nullable(),
  decided: step.nullable(),
});
export type TemplateVersionView = z.infer<typeof templateVersionView>;

export const newTemplate = z.strictObject({
  name: templateName,
  title: templateTitle,
  content: templateContent,
});
export const templateEdit = z.strictObject({
  revision: z.number().int().positive(),
  title: templateTitle,
  content: templateContent,
});

/** Actions of supervisors, who write templates, and of administrators, who review them. */
const templateMoves = ['submit', 'withdraw', 'archive', 'restore'] as const;
export const templateMove = z.strictObject({
  revision: z.number().int().positive(),
  move: z.enum(templateMoves),
});
export const templateReview = z.discriminatedUnion('decision', [
  z.strictObject({ revision: z.number().int().positive(), decision: z.literal('approve') }),
  z.strictObject({
    revision: z.number().int().positive(),
    decision: z.literal('reject'),
    reason: z.string().trim().min(1).max(most.reasonChars),
  }),
]);

/** A template as a file. Images are named by the hash of their bytes; upload the missing ones first. */
export const templateFile = z.strictObject({
  format: z.literal('notify-inbox/template@1'),
  name: templateName,
  title: templateTitle,
  content: templateContent.omit({ imageIds: true, imageAlts: true }),
  images: z
    .array(
      z.strictObject({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        widthPx: z.number().int().positive(),
        heightPx: z.number().int().positive(),
        sizeBytes: z.number().int().positive(),
        alt: z.string().trim().max(most.imageAltChars).optional(),
      }),
    )
    .max(most.draftListItems),
});
export type TemplateFile = z.infer<typeof templateFile>;
