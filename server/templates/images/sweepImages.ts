/**
 * Removes images that no version of any template uses: uploaded and never saved, or removed from a draft. An image in
 * use is checked again after the same time.
 */
import type { Model, Types } from 'mongoose';
import type { KeptVersion, Template } from '../template.model.ts';
import type { ImageStore } from './imageStore.ts';

export interface SweepImagesDeps {
  companyId: Types.ObjectId;
  images: Pick<ImageStore, 'stale' | 'hold' | 'remove'>;
  templates: Model<Template>;
  versions: Model<KeptVersion>;
}

const SWEPT_AT_ONCE = 100;

/** One step; true when there may be more. */
export async function sweepImages(
  { companyId, images, templates, versions }: SweepImagesDeps,
  now: Date,
  keptMs: number,
): Promise<boolean> {
  const stale = await images.stale(companyId, new Date(now.getTime() - keptMs), SWEPT_AT_ONCE);
  const ids = stale.filter(({ isGone }) => !isGone).map(({ _id }) => _id.toHexString());
  const used = await usedOf({ companyId, templates, versions }, ids);
  for (const image of stale) if (!used.has(image._id.toHexString())) await images.remove(image);
  await images.hold(companyId, [...used], now);
  return stale.length === SWEPT_AT_ONCE;
}

/** Returns those of the images that a draft, an approved version or any submitted version uses. */
async function usedOf(
  { companyId, templates, versions }: Omit<SweepImagesDeps, 'images'>,
  ids: string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const asked = { $in: ids };
  const [drafts, sent, kept] = await Promise.all([
    templates.distinct('latest.content.imageIds', { companyId, 'latest.content.imageIds': asked }),
    templates.distinct('approved.imageIds', { companyId, 'approved.imageIds': asked }),
    versions.distinct('content.imageIds', { 'content.imageIds': asked }),
  ]);
  const found = new Set([...drafts, ...sent, ...kept].map(String));
  return new Set(ids.filter((id) => found.has(id)));
}
