/** Lists of clients: their routes' parts, and what walks through them. */
import { createAudit } from '../audit/audit.ts';
import { createFirstRows } from '../campaigns/firstRows.ts';
import { createStoppedLists } from '../campaigns/stoppedLists.ts';
import type { Tallies } from '../campaigns/tallies.ts';
import { startMailingWorker } from '../campaigns/worker.ts';
import type { MailingRouteParts } from '../http/mailings.route.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { Ground } from './ground.ts';
import type { Sending } from './sending.ts';
import { openTemporaryFolder } from './temporaryFolder.ts';

export async function openMailings(
  { store, sealing, config, timing, closing, logger, processId }: Ground,
  { tallies, sending, phones }: { tallies: Tallies; sending: Sending; phones: Phones },
): Promise<MailingRouteParts> {
  const temporaryDir = await openTemporaryFolder({ logger, closing }, 'lists');
  if (config.roles.has('sender')) {
    const { accepting, followUps } = sending;
    const worker = startMailingWorker({
      ...store,
      sealing,
      accepting,
      followUps,
      tallies,
      stops: createStoppedLists(store),
      firstRows: createFirstRows({ ...store, sealing, phones }),
      processId,
      logger,
      ...(timing.mailings ? { timing: timing.mailings } : {}),
    });
    closing.add(() => worker.stop());
  }
  return { ...store, sealing, audit: createAudit(store.auditLines), temporaryDir };
}
