/** Sends messages from the outbox to the networks, in a process that is a sender. */
import { startAnswerSender } from '../conversations/outbox/answerSender.ts';
import type { Channels } from './channels.ts';
import type { AppContext } from './context.ts';
import type { Threads } from './threads.ts';

export interface Outbox {
  /** A message was queued here. A sender in another process finds it by polling. */
  wake(): void;
  isRunning(): boolean;
}

export function startOutbox(
  { config, store, timing, processId, logger, closing }: AppContext,
  { threads, channels }: { threads: Threads; channels: Channels },
): Outbox {
  if (!config.roles.has('sender')) return { wake: () => undefined, isRunning: () => false };
  const answers = startAnswerSender({
    messages: store.messages,
    uploads: store.uploads,
    conversationStore: threads.conversationStore,
    thread: threads.thread,
    channelFor: channels.channelFor,
    communityOf: channels.communityOf,
    processId,
    logger,
    ...(timing.sender ? { timing: timing.sender } : {}),
  });
  closing.add(() => answers.stop());
  return { wake: answers.wake, isRunning: answers.isRunning };
}
