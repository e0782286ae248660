/** Wiring of conversations and their threads, the service messages in them, and the intake of networks' events. */
import { createAudit } from '../audit/audit.ts';
import { type ClientConversations, createClientConversations } from '../conversations/clientConversations.ts';
import { createErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import { createIntake } from '../conversations/intake/ingest.ts';
import type { Intake } from '../conversations/intake/networkEvent.ts';
import { createProfileReader } from '../conversations/intake/profiles.ts';
import { type ConversationStore, createConversationStore } from '../conversations/list/conversationStore.ts';
import { createThread, type Thread } from '../conversations/thread/thread.ts';
import { openThreading, type Threading, type ThreadingDeps } from '../matching/openThreading.ts';
import { createPhones } from '../phones/servicePhones.ts';
import type { Broadcaster } from '../realtime/broadcaster.ts';
import type { Channels } from './channels.ts';
import type { AppContext } from './context.ts';

export interface Threads {
  conversationStore: ConversationStore;
  clientConversations: ClientConversations;
  thread: Thread;
  intake: Intake;
  threading: Threading;
}

export function createThreads(
  { store, sealing, logger, closing }: AppContext,
  {
    broadcaster,
    channels,
    receipts,
    register,
  }: { broadcaster: Broadcaster; channels: Channels } & Pick<ThreadingDeps, 'receipts' | 'register'>,
): Threads {
  const conversationStore = createConversationStore(store.conversations, store.messages, broadcaster.publish);
  const clientConversations = createClientConversations({ ...store, conversationStore });
  const thread = createThread(store.messages, conversationStore);
  const profiles = createProfileReader({
    ...store,
    conversationStore,
    channelFor: channels.channelFor,
    logger,
  });
  closing.add(() => profiles.stop());
  const threading = openThreading({
    ...store,
    conversationStore,
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
    conversationStore,
    thread,
    serviceThreading: threading.serviceThreading,
    clientSeen: profiles.seen,
    showTyping: (conversation) =>
      broadcaster.showTyping({ conversationId: conversation._id.toHexString(), personId: null }),
  });
  return { conversationStore, clientConversations, thread, intake, threading };
}
