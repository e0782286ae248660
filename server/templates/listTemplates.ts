/** Reads templates: a page of them, and one template's versions. */
import type { QueryFilter } from 'mongoose';
import type { TemplateStatus } from '../../shared/schemas/template.ts';
import type { KeptVersion, Template, VersionState } from './template.model.ts';
import type { TemplateDeps } from './templates.ts';

const PAGE = 100;
const VERSIONS_MAX = 200;

export interface TemplatesQuery {
  status?: TemplateStatus | undefined;
  search?: string | undefined;
  after?: string | undefined;
  /** Only templates that may be sent now. */
  isSendable: boolean;
}

export async function listTemplates(
  { templates, companyId }: TemplateDeps,
  { status, search, after, isSendable }: TemplatesQuery,
): Promise<{ page: Template[]; nextAfter: string | null }> {
  const filter: QueryFilter<Template> = { companyId };
  if (isSendable) filter.approved = { $ne: null };
  else if (status) filter.status = status;
  if (after) filter.name = { $gt: after };
  if (search) {
    const part = { $regex: search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
    filter.$or = [{ name: part }, { title: part }];
  }
  const found = await templates
    .find(filter)
    .sort({ name: 1 })
    .limit(PAGE + 1)
    .lean<Template[]>();
  const page = found.slice(0, PAGE);
  return { page, nextAfter: found.length > PAGE ? (page.at(-1)?.name ?? null) : null };
}

export function countOnReview({ templates, companyId }: TemplateDeps): Promise<number> {
  return templates.countDocuments({ companyId, status: 'onReview' });
}

/**
 * The newest first. The latest version comes from the template itself, which is never behind the version's document.
 */
export async function listVersions({ versions }: TemplateDeps, template: Template): Promise<VersionState[]> {
  const kept = await versions
    .find({ templateId: template._id, version: { $ne: template.latest.version } })
    .sort({ version: -1 })
    .limit(VERSIONS_MAX)
    .lean<KeptVersion[]>();
  return [template.latest, ...kept];
}
