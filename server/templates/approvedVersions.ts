/**
 * The version of a template that may be sent now. Every send reads it, so it is cached for a moment. The cache is
 * short: an archived or rejected template stops everywhere within two seconds, and at once in the process that
 * changed it.
 */
import type { Model, Types } from 'mongoose';
import type { TemplateVersion } from '../../shared/schemas/template.ts';
import type { Template } from './template.model.ts';

export interface ApprovedTemplate {
  templateId: Types.ObjectId;
  name: string;
  title: string;
  version: TemplateVersion;
}

export interface ApprovedVersions {
  /** Null for an unknown template, and for one without an approved version. */
  approvedVersion(companyId: Types.ObjectId, name: string): Promise<ApprovedTemplate | null>;
  /** Clears this process's cache of the template. */
  forget(companyId: Types.ObjectId, name: string): void;
}

const KEPT_MS = 1_000;
/** Callers choose the names; this limits how many unknown ones are cached. */
const NAMES_KEPT = 1_000;

export function createApprovedVersions(
  templates: Model<Template>,
  { keptMs = KEPT_MS, nowMs = () => performance.now() }: { keptMs?: number; nowMs?: () => number } = {},
): ApprovedVersions {
  /** The age counts from the start of the read: the answer cannot be older than that. */
  const known = new Map<string, { askedAtMs: number; answer: Promise<ApprovedTemplate | null> }>();

  async function read(companyId: Types.ObjectId, name: string): Promise<ApprovedTemplate | null> {
    const template = await templates
      .findOne({ companyId, name }, { name: 1, title: 1, approved: 1 })
      .lean<Pick<Template, '_id' | 'name' | 'title' | 'approved'>>();
    if (!template?.approved) return null;
    return {
      templateId: template._id,
      name: template.name,
      title: template.title,
      version: template.approved,
    };
  }

  return {
    approvedVersion(companyId, name) {
      const key = keyOf(companyId, name);
      const nowAtMs = nowMs();
      const held = known.get(key);
      if (held && nowAtMs - held.askedAtMs < keptMs) return held.answer;
      const fresh = { askedAtMs: nowAtMs, answer: read(companyId, name) };
      known.delete(key);
      known.set(key, fresh);
      if (known.size > NAMES_KEPT) known.delete(known.keys().next().value as string);
      fresh.answer.catch(() => {
        // The next caller must query again rather than get the error of a store that was away.
        if (known.get(key) === fresh) known.delete(key);
      });
      return fresh.answer;
    },
    forget: (companyId, name) => {
      known.delete(keyOf(companyId, name));
    },
  };
}

function keyOf(companyId: Types.ObjectId, name: string): string {
  return `${companyId.toHexString()} ${name}`;
}
