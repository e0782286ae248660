/**
 * Work that is due by the clock alone. Every process does it: each step is one atomic write that is safe to repeat.
 */
import { finishClientMerges } from '../clients/clientMergeJob.ts';
import { wakeSnoozed } from '../conversations/thread/actions.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { AppContext } from './context.ts';
import type { Threads } from './threads.ts';

const HOUSEKEEPING_MS = 5_000;

export function startHousekeeping(
  { store, logger, closing }: AppContext,
  { conversationStore, thread, clientConversations }: Threads,
): void {
  const { conversations } = store;
  const duties = [
    () => wakeSnoozed({ conversations, conversationStore, thread }, new Date()),
    () => finishClientMerges({ ...store, clientConversations }, new Date()),
  ];
  for (const duty of duties) {
    const loop = startDueLoop({
      look: async () => {
        await duty();
      },
      pollMs: HOUSEKEEPING_MS,
      firstLook: 'afterPoll',
      logFailure: (error) => logger.warn({ err: error }, 'housekeeping failed; it runs again'),
    });
    closing.add(loop.stop);
  }
}
