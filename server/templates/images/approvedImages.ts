/**
 * Which images people who only send may see: those of versions that were approved at some time. A thread shows the
 * images of its service messages long after their version was replaced, archived or rejected again.
 */
import type { Model, Types } from 'mongoose';
import type { Audit } from '../../audit/audit.ts';
import type { KeptVersion, Template } from '../template.model.ts';

export interface ApprovedImageDeps {
  companyId: Types.ObjectId;
  templates: Model<Template>;
  versions: Model<KeptVersion>;
  audit: Pick<Audit, 'linesAbout'>;
}

/** Many templates may share an image; of one template as many actions are looked through. */
const LOOKED_THROUGH = 1_000;

/** @param imageId of an image of this company. */
export async function wasImageApproved(
  { companyId, templates, versions, audit }: ApprovedImageDeps,
  imageId: string,
): Promise<boolean> {
  if (await templates.exists({ companyId, 'approved.imageIds': imageId })) return true;
  const kept = await versions
    .find({ 'content.imageIds': imageId }, { templateId: 1, version: 1, status: 1 })
    .limit(LOOKED_THROUGH)
    .lean<Pick<KeptVersion, 'templateId' | 'version' | 'status'>[]>();
  if (kept.some(({ status }) => status === 'approved')) return true;
  // A withdrawn approval makes a version `rejected`: only the audit still says that it was approved.
  for (const templateId of new Set(kept.map((version) => version.templateId.toHexString()))) {
    const own = kept.filter((version) => version.templateId.toHexString() === templateId);
    const lines = await audit.linesAbout(companyId, templateId, LOOKED_THROUGH);
    const isOwn = ({ action, details }: (typeof lines)[number]) =>
      action === 'template.approved' && own.some(({ version }) => version === details.version);
    if (lines.some(isOwn)) return true;
  }
  return false;
}
