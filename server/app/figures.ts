/** Wiring of the figures: one process at a time counts, where the senders run. */
import { startFollowing, usualFigureTiming } from '../figures/followThreads.ts';
import type { AppContext } from './context.ts';

/** Until the process closes. */
export function openFigures({ store, config, timing, logger, processId, closing }: AppContext): void {
  if (!config.roles.has('sender')) return;
  const following = startFollowing({
    ...store,
    processId,
    logger,
    timing: { ...usualFigureTiming, ...timing.figures },
  });
  closing.add(() => following.stop());
}
