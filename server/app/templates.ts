/** Templates: their collections, images and readers, and what a crash left to be written about them. */
import { createAudit } from '../audit/audit.ts';
import type { TemplateRouteParts } from '../http/templates.route.ts';
import { createApprovedVersions } from '../templates/approvedVersions.ts';
import { createImageStore } from '../templates/images/imageStore.ts';
import { settleAll } from '../templates/settle.ts';
import type { Ground } from './ground.ts';
import { openTemporaryFolder } from './temporaryFolder.ts';

export type Templates = TemplateRouteParts;

export async function openTemplates({ store, logger, closing }: Ground): Promise<Templates> {
  const { companyId, templates, templateVersions: versions, auditLines, connection } = store;
  const images = createImageStore(connection);
  await images.buildIndexes();
  const audit = createAudit(auditLines);
  const temporaryDir = await openTemporaryFolder({ logger, closing }, 'images');
  await settleAll({ templates, versions, audit });
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
