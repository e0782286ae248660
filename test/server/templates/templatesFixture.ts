/** Templates over a real store, with a second set of parts as another process would have them. */
import { Types } from 'mongoose';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createApprovedVersions } from '../../../server/templates/approvedVersions.ts';
import type { Move } from '../../../server/templates/life.ts';
import type { Template } from '../../../server/templates/template.model.ts';
import { templateModel, templateVersionModel } from '../../../server/templates/template.model.ts';
import {
  type Actor,
  createTemplate,
  moveTemplate,
  readTemplate,
  type TemplateParts,
} from '../../../server/templates/templates.ts';
import { orderReady } from '../../shared/templates/samples.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

export const author: Actor = { id: 'a'.repeat(24), name: 'Мария' };
export const reviewer: Actor = { id: 'b'.repeat(24), name: 'Администратор' };

export interface TemplatesFixture extends AsyncDisposable {
  store: TestStore;
  parts: TemplateParts;
  /** The same templates as another process sees them. */
  elsewhere(): TemplateParts;
  create(name: string): Promise<Template>;
  /** Makes the moves one after another; throws when one cannot be made. */
  after(template: Template, ...moves: Move[]): Promise<Template>;
}

export async function openTemplatesFixture(): Promise<TemplatesFixture> {
  const store = await openTestStore();
  const companyId = new Types.ObjectId();
  const templates = templateModel(store.connection);
  const versions = templateVersionModel(store.connection);
  const lines = auditModel(store.connection);
  await store.build([templates, versions, lines] as never);
  const elsewhere = (): TemplateParts => ({
    companyId,
    templates,
    versions,
    audit: createAudit(lines),
    approvedVersions: createApprovedVersions(templates),
    holdImages: async () => undefined,
    knownImageIds: async (ids) => new Set(ids),
  });
  const parts = elsewhere();
  return {
    store,
    parts,
    elsewhere,
    async create(name) {
      const created = await createTemplate(parts, { name, title: name, content: orderReady }, author);
      if (created.kind !== 'created') throw new Error(`${name}: ${created.kind}`);
      return created.template;
    },
    async after(template, ...moves) {
      let at = (await readTemplate(parts, template._id.toHexString())) as Template;
      for (const move of moves) {
        const actor = move.action === 'approve' || move.action === 'reject' ? reviewer : author;
        const { revision } = at;
        const outcome = await moveTemplate(parts, at._id.toHexString(), { revision, move }, actor);
        if (outcome.kind !== 'moved') throw new Error(`${move.action}: ${outcome.kind}`);
        at = outcome.template;
      }
      return at;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
