/** Asks clients for a mark after their conversation was resolved, in a process that is a sender. */
import { Types } from 'mongoose';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { SendingLimits } from '../companies/sendingLimits.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { askDueRatings, planRating } from '../conversations/rating/askRatings.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { AppContext } from './context.ts';
import type { Outbox } from './outbox.ts';
import type { Threads } from './threads.ts';

export interface Ratings {
  /** A person has resolved a conversation by this line of its thread. */
  resolved(conversation: Conversation, line: Message, person: Pick<SignedInPerson, 'id'>): void;
}

/** Resolutions of other processes are found by this. */
const POLL_MS = 2_000;

export function startRatings(
  { config, store, logger, closing }: AppContext,
  { threads, outbox, limits }: { threads: Threads; outbox: Outbox; limits: SendingLimits },
): Ratings {
  const deps = {
    ...store,
    thread: threads.thread,
    hours: () => limits.hours(store.companyId),
    wakeSender: outbox.wake,
    logger,
  };
  const loop = config.roles.has('sender')
    ? startDueLoop({
        look: (stopping) => askDueRatings(deps, stopping),
        pollMs: POLL_MS,
        logFailure: (error) => logger.warn({ err: error }, 'asking for ratings failed'),
      })
    : null;
  if (loop) closing.add(() => loop.stop());
  return {
    // Nobody waits for it: a resolution that is not asked about is as good as one that is.
    resolved: (conversation, line, { id }) =>
      void planRating(store, conversation, line, new Types.ObjectId(id))
        .then((isPlanned) => isPlanned && loop?.wake())
        .catch((error: unknown) => logger.warn({ err: error }, 'a rating could not be planned')),
  };
}
