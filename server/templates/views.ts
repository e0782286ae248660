/** Templates as screens see them. */
import type {
  TemplateFile,
  TemplateImageView,
  TemplateRow,
  TemplateVersionView,
  TemplateView,
} from '../../shared/schemas/template.ts';
import type { TemplateImage } from './images/imageStore.ts';
import type { Step, Template, VersionState } from './template.model.ts';

const EXCERPT_CHARS = 160;

export function toTemplateRow(template: Template): TemplateRow {
  const { latest } = template;
  return {
    id: template._id.toHexString(),
    name: template.name,
    title: template.title,
    status: template.status,
    latestVersion: latest.version,
    approvedVersion: template.approved?.version ?? null,
    excerpt: [...latest.content.body].slice(0, EXCERPT_CHARS).join(''),
    direction: latest.content.direction,
    reason: template.status === 'rejected' ? latest.reason : null,
    changedAt: template.changedAt.toISOString(),
  };
}

export function toTemplateView(template: Template, images: TemplateImage[]): TemplateView {
  const { latest, approved, revision } = template;
  return {
    ...toTemplateRow(template),
    revision,
    latest: { ...latest.content, version: latest.version },
    approved,
    images: images.map(toImageView),
  };
}

/** For agents, who only send: the approved version in place of the latest one. Null when none is approved. */
export function asSender(template: Template): Template | null {
  const { approved, latest } = template;
  if (!approved) return null;
  const { version, ...content } = approved;
  return { ...template, status: 'approved', latest: { ...latest, version, content, status: 'approved' } };
}

export function toVersionView(state: VersionState): TemplateVersionView {
  return {
    content: { ...state.content, version: state.version },
    status: state.status,
    reason: state.reason,
    saved: toStepView(state.saved),
    submitted: state.submitted && toStepView(state.submitted),
    decided: state.decided && toStepView(state.decided),
  };
}

function toStepView({ at, personName }: Step): TemplateVersionView['saved'] {
  return { at: at.toISOString(), personName };
}

export function toImageView(image: TemplateImage): TemplateImageView {
  const { sha256, widthPx, heightPx, sizeBytes } = image;
  const id = image._id.toHexString();
  return { id, sha256, widthPx, heightPx, sizeBytes, url: `/media/template-images/${id}` };
}

export function toTemplateFile({ name, title, latest }: Template, images: TemplateImage[]): TemplateFile {
  const { imageIds: _, imageAlts = {}, ...content } = latest.content;
  return {
    format: 'notify-inbox/template@1',
    name,
    title,
    content,
    images: images.map(({ _id, sha256, widthPx, heightPx, sizeBytes }) => {
      const alt = imageAlts[_id.toHexString()];
      return { sha256, widthPx, heightPx, sizeBytes, ...(alt && { alt }) };
    }),
  };
}
