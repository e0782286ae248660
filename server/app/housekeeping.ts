/**
 * Work that is due by the clock alone. Every process does it: each step is one atomic write that is safe to repeat.
 */
import { createAudit } from '../audit/audit.ts';
import { createAuditIntents } from '../audit/intents.ts';
import { finishClientMerges } from '../clients/clientMergeJob.ts';
import { wakeSnoozed } from '../conversations/thread/wakeSnoozed.ts';
import { currentTime } from '../work/clock.ts';
import { type DueLoopOptions, startDueLoop } from '../work/dueLoop.ts';
import type { AppContext } from './context.ts';
import type { Threads } from './threads.ts';

const HOUSEKEEPING_MS = 5_000;

export function startHousekeeping(
  { store, logger, closing }: AppContext,
  { thread, clientConversations }: Threads,
): void {
  const auditIntents = createAuditIntents({ ...store, audit: createAudit(store.auditLines) });
  /** At once, and then at the time of the next snooze; the poll finds those that other processes stored. */
  const wakeDue: DueLoopOptions['look'] = async (stopping) => {
    const next = await wakeSnoozed({ ...store, thread }, currentTime(), stopping);
    return next ? { at: next } : undefined;
  };
  const duties: Pick<DueLoopOptions, 'look' | 'firstLook'>[] = [
    { look: wakeDue, firstLook: 'atOnce' },
    {
      look: async () => {
        await finishClientMerges({ ...store, clientConversations, logger }, currentTime());
      },
      firstLook: 'afterPoll',
    },
    { look: () => auditIntents.sweep(currentTime()), firstLook: 'atOnce' },
  ];
  for (const duty of duties) {
    const loop = startDueLoop({
      ...duty,
      pollMs: HOUSEKEEPING_MS,
      logFailure: (error) => logger.warn({ err: error }, 'housekeeping failed; it runs again'),
    });
    closing.add(loop.stop);
  }
}
