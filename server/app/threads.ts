/** Conversations and their threads, the service messages in them, and the intake through which networks' events enter. */
import { createAudit } from '../audit/audit.ts';
import { type ClientConversations, createClientConversations } from '../conversations/clientConversations.ts';
import { createErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import { createIntake } from '../conversations/intake/ingest.ts';
import type { Intake } from '../conversations/intake/networkEvent.ts';
import { createProfileReader } from '../conversations/intake/profiles.ts';
import { createRows, type Rows } from '../conversations/list/rows.ts';
import { createThread, type Thread } from '../conversations/thread/thread.ts';
import { openThreading, type Threading, type ThreadingParts } from '../matching/openThreading.ts';
import { createPhones } from '../phones/servicePhones.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Channels } from './channels.ts';
import type { Ground } from './ground.ts';

export interface Threads {
  rows: Rows;
  clientConversations: ClientConversations;
  thread: Thread;
  intake: Intake;
  threading: Threading;
}

export function createThreads(
  { store, sealing, logger, closing }: Ground,
  {
    announcer,
    channels,
    receipts,
    register,
  }: { announcer: Announcer; channels: Channels } & Pick<ThreadingParts, 'receipts' | 'register'>,
): Threads {
  const rows = createRows(store.conversations, store.messages, announcer.announce);
  const clientConversations = createClientConversations({ ...store, rows });
  const thread = createThread(store.messages, rows);
  const profiles = createProfileReader({ ...store, rows, channelFor: channels.channelFor, logger });
  closing.add(() => profiles.stop());
  const threading = openThreading({
    ...store,
    rows,
    clientConversations,
    thread,
    sealing,
    phones: createPhones(sealing),
    audit: createAudit(store.auditLines),
    receipts,
    register,
  });
  const intake = createIntake({
    ...store,
    erasedDialogues: createErasedDialogues(store.erasedDialogues, sealing),
    rows,
    thread,
    serviceThreading: threading.serviceThreading,
    clientSeen: profiles.seen,
    showTyping: (conversation) =>
      announcer.showTyping(conversation.communityId.toHexString(), {
        conversationId: conversation._id.toHexString(),
        personId: null,
      }),
  });
  return { rows, clientConversations, thread, intake, threading };
}
