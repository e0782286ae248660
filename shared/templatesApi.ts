/** The HTTP contract of templates. Supervisors write them, administrators review them. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import {
  newTemplate,
  templateEdit,
  templateFile,
  templateImageView,
  templateMove,
  templateReview,
  templateRow,
  templateStatus,
  templateVersionView,
  templateView,
} from './schemas/template.ts';
import { templateLimits } from './templates/limits.ts';

const ofTemplate = z.object({ templateId: id });

export const templateEndpoints = {
  listTemplates: {
    method: 'GET',
    path: '/api/templates',
    summary: 'One page of templates by name; an agent sees those that may be sent now',
    role: 'agent',
    query: z.strictObject({
      status: templateStatus.optional(),
      /** Only those that may be sent now, whatever the status of their latest version. */
      sendable: z.enum(['yes']).optional(),
      /** A part of the name or the title. */
      search: z.string().trim().max(templateLimits.titleChars).optional(),
      /** The last name of the previous page. */
      after: z.string().max(templateLimits.nameChars).optional(),
    }),
    status: 200,
    answer: z.object({
      templates: z.array(templateRow),
      /** Pass it as `after`; null on the last page. */
      nextAfter: z.string().nullable(),
      /** How many wait for a review, for reviewers; null for others. */
      onReview: z.number().int().nonnegative().nullable(),
    }),
  },
  readTemplate: {
    method: 'GET',
    path: '/api/templates/:templateId',
    summary: 'One template; an agent sees the version that may be sent now',
    role: 'agent',
    params: ofTemplate,
    status: 200,
    answer: templateView,
  },
  createTemplate: {
    method: 'POST',
    path: '/api/templates',
    summary: 'Makes a draft. It may break rules until it is submitted',
    role: 'supervisor',
    body: newTemplate,
    status: 201,
    answer: templateView,
  },
  editTemplate: {
    method: 'PUT',
    path: '/api/templates/:templateId/content',
    summary:
      'Saves the draft; after a review this starts the next version, and the approved one stays in use',
    role: 'supervisor',
    params: ofTemplate,
    body: templateEdit,
    status: 200,
    answer: templateView,
  },
  moveTemplate: {
    method: 'POST',
    path: '/api/templates/:templateId/moves',
    summary: 'Submits a draft for review or withdraws it; archives or restores the template',
    role: 'supervisor',
    params: ofTemplate,
    body: templateMove,
    status: 200,
    answer: templateView,
  },
  reviewTemplate: {
    method: 'POST',
    path: '/api/templates/:templateId/review',
    summary:
      'Approves the version on review, or rejects it with a reason; rejecting an approved one stops it',
    role: 'administrator',
    params: ofTemplate,
    body: templateReview,
    status: 200,
    answer: templateView,
  },
  listTemplateVersions: {
    method: 'GET',
    path: '/api/templates/:templateId/versions',
    summary: 'Every version that was ever submitted, and the draft, the newest first',
    role: 'supervisor',
    params: ofTemplate,
    status: 200,
    answer: z.object({ versions: z.array(templateVersionView) }),
  },
  exportTemplate: {
    method: 'GET',
    path: '/api/templates/:templateId/export',
    summary: 'The latest version as a file; images are named by the hash of their bytes',
    role: 'supervisor',
    params: ofTemplate,
    status: 200,
    answer: templateFile,
  },
  importTemplate: {
    method: 'POST',
    path: '/api/templates/import',
    summary: 'Makes a draft from a file. Upload the images that this desk lacks first',
    role: 'supervisor',
    body: templateFile,
    status: 201,
    answer: templateView,
  },
  addTemplateImage: {
    method: 'POST',
    path: '/api/template-images',
    summary: 'Uploads one JPEG for templates (N9 to N13). The same image is stored once',
    role: 'supervisor',
    body: 'multipart',
    status: 201,
    answer: templateImageView,
  },
} as const satisfies Record<string, Endpoint>;
