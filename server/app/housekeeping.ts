/** What becomes due by the clock alone. Every process does it: each step is one atomic write that may be repeated. */
import { finishTakeovers } from '../clients/takeover.ts';
import { wakeSnoozed } from '../conversations/thread/actions.ts';
import type { Ground } from './ground.ts';
import type { Threads } from './threads.ts';

const HOUSEKEEPING_MS = 5_000;

export function startHousekeeping(
  { store, logger, closing }: Ground,
  { rows, thread, clientConversations }: Threads,
): void {
  const { conversations } = store;
  const timer = setInterval(() => {
    const now = new Date();
    Promise.all([
      wakeSnoozed({ conversations, rows, thread }, now),
      finishTakeovers({ ...store, clientConversations }, now),
    ]).catch((error: unknown) => logger.warn({ err: error }, 'housekeeping failed; it runs again'));
  }, HOUSEKEEPING_MS);
  closing.add(() => clearInterval(timer));
}
