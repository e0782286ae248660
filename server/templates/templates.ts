/**
 * Creates and changes templates, and moves them through their review. Each change is one atomic write that names the
 * revision it is based on; of two people who act at once, one gets `changedMeanwhile`.
 */

import { type Model, Types } from 'mongoose';
import type { TemplateContent } from '../../shared/schemas/template.ts';
import { type TemplateProblem, templateProblems } from '../../shared/templates/problems.ts';
import type { Actor } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import { askAgain } from '../storage/askAgain.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { createDocument } from '../storage/insertDocument.ts';
import { currentTime } from '../work/clock.ts';
import type { ApprovedVersions } from './approvedVersions.ts';
import { completeAction } from './completeActions.ts';
import { afterAction, draftVersion, type TemplateAction } from './life.ts';
import type { KeptVersion, Step, Template, TemplateActed } from './template.model.ts';

export interface TemplateDeps {
  companyId: Types.ObjectId;
  templates: Model<Template>;
  versions: Model<KeptVersion>;
  audit: Audit;
  approvedVersions: ApprovedVersions;
  /** Returns those of the images that the desk has. */
  knownImageIds(ids: string[]): Promise<Set<string>>;
  /** Called before a template with these images is written, so that the sweep keeps them. */
  holdImages(ids: string[]): Promise<void>;
  now?: () => Date;
}

export type TemplateActionOutcome =
  | { kind: 'moved'; template: Template }
  | { kind: 'notFound' }
  /** Another person changed it after the caller last read it. */
  | { kind: 'changedMeanwhile' }
  /** The template's status does not allow the action. */
  | { kind: 'notNow'; status: Template['status'] }
  | { kind: 'hasProblems'; problems: TemplateProblem[] };

export async function createTemplate(
  deps: TemplateDeps,
  { name, title, content }: { name: string; title: string; content: TemplateContent },
  actor: Actor,
): Promise<{ kind: 'created'; template: Template } | { kind: 'nameTaken' }> {
  const saved = stepBy(deps, actor);
  const template: Template = {
    _id: new Types.ObjectId(),
    companyId: deps.companyId,
    name,
    title,
    revision: 1,
    status: 'draft',
    latest: draftVersion(1, content, saved),
    approved: null,
    lastMove: { ...saved, action: 'created', version: 1, reason: null },
    isSettled: false,
    createdAt: saved.at,
    changedAt: saved.at,
  };
  await deps.holdImages(content.imageIds);
  try {
    await createDocument(deps.templates, template);
  } catch (error) {
    if (isDuplicateKey(error)) return { kind: 'nameTaken' };
    throw error;
  }
  await askAgain(() => completeAction(deps, template));
  return { kind: 'created', template };
}

export async function applyTemplateAction(
  deps: TemplateDeps,
  templateId: string,
  { revision, move: action }: { revision: number; move: TemplateAction },
  actor: Actor,
): Promise<TemplateActionOutcome> {
  const template = await readTemplate(deps, templateId);
  if (!template) return { kind: 'notFound' };
  if (template.revision !== revision) return { kind: 'changedMeanwhile' };
  const step = stepBy(deps, actor);
  const life = afterAction(template, action, step);
  if (!life) return { kind: 'notNow', status: template.status };
  if (action.action === 'submit') {
    const problems = await problemsOf(deps, template.latest.content);
    if (problems.length > 0) return { kind: 'hasProblems', problems };
  }
  // The new action overwrites `lastMove`, so the previous one must be completed first.
  await completeAction(deps, template);
  const moved: Template = {
    ...template,
    title: life.title,
    status: life.status,
    latest: life.latest,
    approved: life.approved,
    revision: revision + 1,
    lastMove: {
      ...step,
      action: pastOf[action.action],
      version: life.latest.version,
      reason: action.action === 'reject' ? action.reason : null,
    },
    isSettled: false,
    changedAt: step.at,
  };
  const { _id, companyId, ...changed } = moved;
  if (action.action === 'edit') await deps.holdImages(life.latest.content.imageIds);
  const isWritten = await askAgain(async (isRepeat) => {
    const { matchedCount } = await deps.templates.updateOne({ _id, companyId, revision }, { $set: changed });
    if (matchedCount > 0 || !isRepeat) return matchedCount > 0;
    // An earlier attempt of this call may have written it.
    const { at, personId } = step;
    const own = { _id, revision: moved.revision, 'lastMove.at': at, 'lastMove.personId': personId };
    return (await deps.templates.exists(own)) !== null;
  });
  if (!isWritten) return { kind: 'changedMeanwhile' };
  deps.approvedVersions.forget(companyId, template.name);
  await askAgain(() => completeAction(deps, moved));
  return { kind: 'moved', template: moved };
}

/** The audit names an action in the past tense. */
const pastOf = {
  edit: 'edited',
  submit: 'submitted',
  withdraw: 'withdrawn',
  approve: 'approved',
  reject: 'rejected',
  archive: 'archived',
  restore: 'restored',
} as const satisfies Record<TemplateAction['action'], TemplateActed>;

async function problemsOf(deps: TemplateDeps, content: TemplateContent): Promise<TemplateProblem[]> {
  const known = await deps.knownImageIds(content.imageIds);
  return templateProblems(content, (imageId) => known.has(imageId));
}

export function readTemplate(
  { templates, companyId }: TemplateDeps,
  templateId: string,
): Promise<Template | null> {
  return templates.findOne({ _id: new Types.ObjectId(templateId), companyId }).lean<Template>();
}

function stepBy({ now = () => currentTime() }: TemplateDeps, actor: Actor): Step {
  return { at: now(), personId: actor.id, personName: actor.name };
}
