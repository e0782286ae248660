/** Imports a template from a file as a new draft. Its images are found by the hash of their bytes. */
import type { TemplateFile } from '../../shared/schemas/template.ts';
import type { Actor } from '../audit/actor.ts';
import type { ImageStore } from './images/imageStore.ts';
import type { Template } from './template.model.ts';
import { createTemplate, type TemplateDeps } from './templates.ts';

export type ImportOutcome =
  | { kind: 'created'; template: Template }
  | { kind: 'nameTaken' }
  /** These must be uploaded first. */
  | { kind: 'imagesMissing'; sha256: string[] };

export async function importTemplate(
  deps: TemplateDeps & { images: ImageStore },
  { name, title, content, images }: TemplateFile,
  actor: Actor,
): Promise<ImportOutcome> {
  const wanted = images.map(({ sha256 }) => sha256);
  const found = await deps.images.findBySha256(deps.companyId, wanted);
  const idOf = new Map(found.map((image) => [image.sha256, image._id.toHexString()]));
  const missing = wanted.filter((sha256) => !idOf.has(sha256));
  if (missing.length > 0) return { kind: 'imagesMissing', sha256: [...new Set(missing)] };
  const imageIds = wanted.flatMap((sha256) => idOf.get(sha256) ?? []);
  const alts = images.flatMap(({ sha256, alt }) => {
    const id = idOf.get(sha256);
    return id && alt ? [[id, alt]] : [];
  });
  const imageAlts = alts.length > 0 ? { imageAlts: Object.fromEntries(alts) } : {};
  return createTemplate(deps, { name, title, content: { ...content, imageIds, ...imageAlts } }, actor);
}
