/** Wiring of canned answers: their endpoints, and counting their uses where the senders run. */
import { startCountingUses } from '../cannedAnswers/countUses.ts';
import type { CannedAnswerRouteDeps } from '../http/cannedAnswers.route.ts';
import type { AppContext } from './context.ts';
import { openTemporaryFolder } from './temporaryFolder.ts';

export async function openCannedAnswers(
  { store, config, logger, closing }: AppContext,
  { publish }: Pick<CannedAnswerRouteDeps, 'publish'>,
): Promise<Omit<CannedAnswerRouteDeps, 'auditedChange'>> {
  const temporaryDir = await openTemporaryFolder({ logger, closing }, 'canned');
  if (config.roles.has('sender')) {
    const counting = startCountingUses({ ...store, logger });
    closing.add(() => counting.stop());
  }
  const { companyId, cannedAnswers } = store;
  return { companyId, cannedAnswers, temporaryDir, publish };
}
