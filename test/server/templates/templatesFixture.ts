/** Templates over a real store, with a second set of dependencies as in another process. */
import { Types } from 'mongoose';
import type { Actor } from '../../../server/audit/actor.ts';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createApprovedVersions } from '../../../server/templates/approvedVersions.ts';
import type { TemplateAction } from '../../../server/templates/life.ts';
import type { Template } from '../../../server/templates/template.model.ts';
import { templateModel, templateVersionModel } from '../../../server/templates/template.model.ts';
import {
  applyTemplateAction,
  createTemplate,
  readTemplate,
  type TemplateDeps,
} from '../../../server/templates/templates.ts';
import { orderReady } from '../../shared/templates/samples.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

export const author: Actor = { id: 'a'.repeat(24), name: 'Мария' };
export const reviewer: Actor = { id: 'b'.repeat(24), name: 'Администратор' };

export interface TemplatesFixture extends AsyncDisposable {
  store: TestStore;
  deps: TemplateDeps;
  /** The same templates as another process sees them. */
  elsewhere(): TemplateDeps;
  create(name: string): Promise<Template>;
  /** Applies the actions one after another; throws when one is refused. */
  after(template: Template, ...transitions: TemplateAction[]): Promise<Template>;
}

export async function openTemplatesFixture(): Promise<TemplatesFixture> {
  const store = await openTestStore();
  const companyId = new Types.ObjectId();
  const templates = templateModel(store.connection);
  const versions = templateVersionModel(store.connection);
  const lines = auditModel(store.connection);
  await store.build([templates, versions, lines] as never);
  const elsewhere = (): TemplateDeps => ({
    companyId,
    templates,
    versions,
    audit: createAudit(lines),
    approvedVersions: createApprovedVersions(templates),
    holdImages: async () => undefined,
    knownImageIds: async (ids) => new Set(ids),
  });
  const deps = elsewhere();
  return {
    store,
    deps,
    elsewhere,
    async create(name) {
      const created = await createTemplate(deps, { name, title: name, content: orderReady }, author);
      if (created.kind !== 'created') throw new Error(`${name}: ${created.kind}`);
      return created.template;
    },
    async after(template, ...transitions) {
      let at = (await readTemplate(deps, template._id.toHexString())) as Template;
      for (const action of transitions) {
        const actor = action.action === 'approve' || action.action === 'reject' ? reviewer : author;
        const { revision } = at;
        const outcome = await applyTemplateAction(
          deps,
          at._id.toHexString(),
          { revision, move: action },
          actor,
        );
        if (outcome.kind !== 'moved') throw new Error(`${action.action}: ${outcome.kind}`);
        at = outcome.template;
      }
      return at;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
