/** Conversations and their threads, and the intake through which every network's events enter them. */
import { createProfileReader } from '../clients/profiles.ts';
import { createRows, type Rows } from '../conversations/rows.ts';
import { createIntake } from '../messages/ingest.ts';
import type { Intake } from '../messages/networkEvent.ts';
import { createThread, type Thread } from '../messages/thread.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Channels } from './channels.ts';
import type { Ground } from './ground.ts';

export interface Threads {
  rows: Rows;
  thread: Thread;
  intake: Intake;
}

export function createThreads(
  { store, logger, closing }: Ground,
  { announcer, channels }: { announcer: Announcer; channels: Channels },
): Threads {
  const rows = createRows(store.conversations, store.messages, announcer.announce);
  const thread = createThread(store.messages, rows);
  const profiles = createProfileReader({ ...store, rows, channelFor: channels.channelFor, logger });
  closing.add(() => profiles.stop());
  const intake = createIntake({
    ...store,
    rows,
    thread,
    clientSeen: profiles.seen,
    showTyping: (conversation) =>
      announcer.showTyping(conversation.communityId.toHexString(), {
        conversationId: conversation._id.toHexString(),
        personId: null,
      }),
  });
  return { rows, thread, intake };
}
