/** Wiring of templates: their collections and images. At start it writes what a crash left unwritten about them. */
import { createAudit } from '../audit/audit.ts';
import type { TemplateRouteDeps } from '../http/templates.route.ts';
import { createApprovedVersions } from '../templates/approvedVersions.ts';
import { completeActions } from '../templates/completeActions.ts';
import { createImageStore } from '../templates/images/imageStore.ts';
import type { AppContext } from './context.ts';
import { openTemporaryFolder } from './temporaryFolder.ts';

export type Templates = TemplateRouteDeps;

export async function openTemplates({ store, logger, closing }: AppContext): Promise<Templates> {
  const { companyId, templates, templateVersions: versions, auditLines, connection } = store;
  const images = createImageStore(connection);
  await images.buildIndexes();
  const audit = createAudit(auditLines);
  const temporaryDir = await openTemporaryFolder({ logger, closing }, 'images');
  await completeActions({ templates, versions, audit });
  return {
    companyId,
    templates,
    versions,
    audit,
    images,
    temporaryDir,
    approvedVersions: createApprovedVersions(templates),
    holdImages: (ids) => images.hold(companyId, ids),
    knownImageIds: async (ids) =>
      new Set((await images.find(companyId, ids)).map(({ _id }) => _id.toHexString())),
  };
}
