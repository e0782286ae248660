/** Wiring of campaigns: the dependencies of their routes, and the worker in a process that is a sender. */
import type { Register } from '../accessRegister/register.ts';
import { createAudited } from '../audit/audited.ts';
import { createFirstRows } from '../campaigns/firstRows.ts';
import { sealOldHeaders } from '../campaigns/sealOldHeaders.ts';
import { createStoppedLists } from '../campaigns/stoppedLists.ts';
import type { Tallies } from '../campaigns/tallies.ts';
import { startCampaignWorker } from '../campaigns/worker.ts';
import type { CampaignRouteDeps } from '../http/campaigns.route.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { AppContext } from './context.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';
import { openTemporaryFolder } from './temporaryFolder.ts';

export interface CampaignNeeds {
  tallies: Tallies;
  sending: Sending;
  phones: Phones;
  templates: Templates;
  register: Register;
}

export async function openCampaigns(
  { store, sealing, config, timing, closing, logger, processId }: AppContext,
  { tallies, sending, phones, templates, register }: CampaignNeeds,
): Promise<CampaignRouteDeps> {
  const temporaryDir = await openTemporaryFolder({ logger, closing }, 'lists');
  await sealOldHeaders({ ...store, sealing });
  if (config.roles.has('sender')) {
    const { accepting, statusEffects } = sending;
    const worker = startCampaignWorker({
      ...store,
      sealing,
      accepting,
      approvedVersions: templates.approvedVersions,
      statusEffects,
      tallies,
      stops: createStoppedLists(store),
      firstRows: createFirstRows({ ...store, sealing, phones }),
      processId,
      logger,
      ...(timing.campaigns ? { timing: timing.campaigns } : {}),
    });
    closing.add(() => worker.stop());
  }
  return { ...store, sealing, audited: createAudited(store), register, temporaryDir };
}
