/**
 * Builds everything in this tab that outlives a screen: the query cache, the socket, the outbox, drafts and presence.
 * Screens get it with `useDesk`.
 */
import { QueryClient } from '@tanstack/react-query';
import type { Change } from '../../shared/events.ts';
import type { ConversationRow, QueueCounts } from '../../shared/schemas/conversation.ts';
import type { MessageView } from '../../shared/schemas/message.ts';
import { ApiError } from '../ui/apiError.ts';
import { createStore, type Store } from '../ui/store.ts';
import { call } from './call.ts';
import { type ChangeLog, createChangeLog } from './changeLog.ts';
import { createDeskCache, type DeskCache } from './deskCache.ts';
import { createDeskConnection, type DeskConnection, type DeskSocket } from './deskConnection.ts';
import { createDraftSync, type DraftSync } from './draftSync.ts';
import { createDrafts, type DraftStorage, type Drafts } from './drafts.ts';
import { createMissingMarks } from './missingMarks.ts';
import { createOutbox, type Outbox, remove } from './outbox.ts';
import { createOutboxSender, type OutboxSender } from './outboxSender.ts';
import { createPendingAttachments, type PendingAttachments } from './pendingAttachments.ts';
import { createPresence, type Presence } from './presence.ts';
import { createReadMarks, type ReadMarks } from './readMarks.ts';

export interface Desk {
  queries: QueryClient;
  cache: DeskCache;
  log: ChangeLog;
  presence: Presence;
  outbox: Store<Outbox>;
  sender: OutboxSender;
  drafts: Drafts;
  /** Brings drafts to this person's other devices. */
  draftSync: DraftSync;
  /** Files being attached. */
  attachments: PendingAttachments;
  connection: DeskConnection;
  /** How far this person has read. */
  readMarks: ReadMarks;
  /** The newest reply received live, for notifications and screen readers. */
  latestReply: Store<LatestReply | null>;
  /** Conversations that have just come back from a snooze, newest packet only. */
  latestWoken: Store<readonly ConversationRow[]>;
  /** How many conversations wait in each list; a list is absent until the server has told. */
  queueCounts: Store<QueueCounts>;
  /** True after the server ended this session. */
  sessionEnded: Store<boolean>;
  /** Drops all data: another person may sign in here next. */
  forget(): void;
}

/** A reply and its conversation as it was when the reply came. */
export interface LatestReply {
  message: MessageView;
  conversation: ConversationRow;
}

const CACHED_THREADS_KEPT_MS = 15 * 60_000;

export function createDesk(socket: DeskSocket, storage: DraftStorage): Desk {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY, // events keep it fresh
        gcTime: CACHED_THREADS_KEPT_MS,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
        structuralSharing: false, // the reducers keep unchanged parts
        retry: (count, error) => error instanceof ApiError && error.code === 'unreachable' && count < 2,
      },
      mutations: { networkMode: 'always' },
    },
  });
  const readMarks = createReadMarks();
  const cache = createDeskCache(queries, readMarks);
  const log = createChangeLog();
  const presence = createPresence();
  const outbox = createOutbox();
  const drafts = createDrafts(storage);
  const attachments = createPendingAttachments(storage);
  const latestReply = createStore<LatestReply | null>(null);
  const latestWoken = createStore<readonly ConversationRow[]>([]);
  const sessionEnded = createStore(false);
  const queueCounts = createStore<QueueCounts>({});
  const onChanges = (changes: readonly Change[]) => {
    const news = changes.flatMap((change) =>
      change.type === 'conversation.changed'
        ? change.messages.map((message) => ({ message, conversation: change.row }))
        : [],
    );
    const tokens = new Set(news.map(({ message }) => message.clientToken).filter((token) => token !== null));
    if (tokens.size > 0) outbox.set(remove(outbox.get(), tokens));
    const woken = news.filter(({ message }) => message.system?.event === 'woken');
    if (woken.length > 0) latestWoken.set(woken.map(({ conversation }) => conversation));
    for (const { message, conversation } of news) {
      if (message.version > 1) continue;
      if (message.kind === 'reply') {
        presence.stoppedTyping(message.conversationId, null);
        if (!message.isBackfilled) latestReply.set({ message, conversation });
      } else if (message.author.personId) {
        presence.stoppedTyping(message.conversationId, message.author.personId);
      }
    }
    if (changes.some((change) => change.type === 'conversation.changed')) missingMarks.lookSoon();
    for (const change of changes) if (change.type === 'draft.changed') draftSync.apply(change.draft);
  };

  const connection = createDeskConnection({
    socket,
    cache,
    log,
    presence,
    onChanges,
    onCounts: (changed) => queueCounts.set({ ...queueCounts.get(), ...changed }),
    onSessionEnded: () => sessionEnded.set(true),
  });

  const missingMarks = createMissingMarks({
    readMarks,
    log,
    shownRows: cache.shownRows,
    catchUp: connection.catchUp,
  });
  // A resume forgets marks that it was not told; rows that came meanwhile may need theirs.
  readMarks.known.subscribe(missingMarks.lookSoon);

  const draftSync = createDraftSync({
    drafts,
    storage,
    link: connection.state,
    list: async () => (await call('listDrafts', {})).drafts,
    save: (conversationId, body, { isClosing }) =>
      call('saveDraft', { params: { conversationId }, body }, { keepalive: isClosing }),
  });

  const sender = createOutboxSender({
    outbox,
    storage,
    cache,
    drafts,
    attachments,
    link: connection.state,
    onSessionEnded: () => sessionEnded.set(true),
  });

  return {
    queries,
    cache,
    log,
    presence,
    outbox,
    sender,
    drafts,
    draftSync,
    attachments,
    connection,
    readMarks,
    latestReply,
    latestWoken,
    queueCounts,
    sessionEnded,
    forget: () => {
      connection.stop();
      queries.clear();
      readMarks.forget();
      missingMarks.stop();
      sender.close();
      draftSync.close();
      drafts.forget();
      attachments.forget();
      latestReply.set(null);
      latestWoken.set([]);
      queueCounts.set({});
    },
  };
}
