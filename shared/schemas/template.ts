/**
 * A template of service messages as screens and other programs see it: what a version says, where the template is in
 * its life, and what may be asked of it. Shapes only, loose enough for a draft; `shared/templates/` holds the rules.
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
  /** Shown in the preview and to who reviews. */
  example: z.string().max(most.textChars),
});
export type TemplateVariable = z.infer<typeof templateVariable>;

const buttonBase = {
  /** Stays the same while the button is edited; a text button's answer names it. */
  id: z.string().regex(/^[a-zA-Z0-9_-]{1,32}$/),
  label: z.string().max(500),
};
export const templateButton = z.discriminatedUnion('kind', [
  /** Sends its label as the client's answer. */
  z.strictObject({ ...buttonBase, kind: z.literal('text') }),
  /** Opens an https address, which may hold variables. */
  z.strictObject({ ...buttonBase, kind: z.literal('link'), url: z.string().max(4 * most.linkChars) }),
]);
export type TemplateButton = z.infer<typeof templateButton>;

export const templateDirections = ['oneWay', 'twoWay'] as const;

/** Line ends as `\n`, nothing blank around the text: the blank line before the ad is the only one there. */
const plainText = z
  .string()
  .max(most.draftTextChars)
  .transform((text) => text.replace(/\r\n?/g, '\n').trim());

/** What each image shows, for those who do not see it; by the image's id. */
export const imageAlts = z
  .record(id, z.string().trim().max(most.imageAltChars))
  .refine(
    (alts) => Object.keys(alts).length <= most.draftListItems,
    'There are more descriptions than images',
  );

export const templateContent = z.strictObject({
  body: plainText,
  /** Rendered last, after a blank line; null when there is none. */
  adText: plainText.nullable().transform((text) => text || null),
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
  /** Urgent ones are sent outside a company's sending hours too. */
  isUrgent: z.boolean(),
});
export type TemplateContent = z.infer<typeof templateContent>;

/** What a service message is made of, and keeps. */
export const templateVersion = templateContent.extend({ version: z.number().int().positive() });
export type TemplateVersion = z.infer<typeof templateVersion>;

/** The life of a version; `archived` is the whole template's. */
export const templateStatuses = ['draft', 'onReview', 'approved', 'rejected', 'archived'] as const;
export const templateStatus = z.enum(templateStatuses);
export type TemplateStatus = z.infer<typeof templateStatus>;

/** What a send names. */
export const templateName = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9_.-]{0,63}$/, 'a name such as orderReady, up to 64 characters');
export const templateTitle = z.string().trim().min(1).max(most.titleChars);

export const templateImageView = z.object({
  id,
  /** Of the stored bytes, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  widthPx: z.number().int().positive(),
  heightPx: z.number().int().positive(),
  sizeBytes: z.number().int().positive(),
  /** Through this desk: `/media/...`, same origin. */
  url: z.string(),
});
export type TemplateImageView = z.infer<typeof templateImageView>;

/** A row of the list. */
export const templateRow = z.object({
  id,
  name: templateName,
  title: z.string(),
  status: templateStatus,
  latestVersion: z.number().int().positive(),
  /** The version that is sent now; null when none is. */
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
  /** Every change of the template raises it; a change names the one it was made upon. */
  revision: z.number().int().positive(),
  latest: templateVersion,
  approved: templateVersion.nullable(),
  /** Of both versions. */
  images: z.array(templateImageView),
});
export type TemplateView = z.infer<typeof templateView>;

/** Who did something to a template, when, and why. */
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

/** What who writes templates may do with them, and what who reviews them may. */
export const templateMoves = ['submit', 'withdraw', 'archive', 'restore'] as const;
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

/** A template as a file. Images are named by their bytes: those that the other desk lacks are given to it first. */
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
