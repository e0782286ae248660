/**
 * Writes what an action on a template requires besides the template: its audit line, and the version's own document.
 * Both are safe to repeat. It runs after every action, before the next one, and at start for actions that a crash
 * interrupted.
 */
import type { Model } from 'mongoose';
import type { Audit } from '../audit/audit.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { upserting } from '../storage/upserting.ts';
import type { KeptVersion, Template } from './template.model.ts';

export interface CompleteActionDeps {
  templates: Model<Template>;
  versions: Model<KeptVersion>;
  audit: Audit;
}

export async function completeAction(
  { templates, versions, audit }: CompleteActionDeps,
  template: Template,
): Promise<void> {
  if (template.isSettled) return;
  const { lastMove, latest, revision } = template;
  await audit.append({
    _id: `template:${template._id.toHexString()}:${revision}`,
    companyId: template.companyId,
    at: lastMove.at,
    personId: lastMove.personId,
    personName: lastMove.personName,
    action: `template.${lastMove.action}`,
    subject: { kind: 'template', id: template._id.toHexString(), name: template.name },
    details: { version: lastMove.version, reason: lastMove.reason },
  });
  if (latest.submitted) await keepVersion(versions, template);
  await templates.updateOne({ _id: template._id, revision }, { $set: { isSettled: true } });
}

async function keepVersion(
  versions: Model<KeptVersion>,
  { _id: templateId, revision, latest }: Template,
): Promise<void> {
  const { version, ...state } = latest;
  try {
    await upserting(() =>
      versions.updateOne(
        { templateId, version, revision: { $lt: revision } },
        { $set: { ...state, revision } },
        { upsert: true },
      ),
    );
  } catch (error) {
    // The version's document exists already, copied from this revision or a later one.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** At start: completes the actions of processes that crashed before they wrote the lines. */
export async function completeActions(deps: CompleteActionDeps): Promise<void> {
  const left = await deps.templates.find({ isSettled: false }).limit(1_000).lean<Template[]>();
  for (const template of left) await completeAction(deps, template);
}
