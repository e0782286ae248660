/**
 * The tab's one copy of server data. It passes each change, and each answer to `resume`, to every part that shows it.
 * A pure reducer per part applies the change.
 */
import { hashKey, type QueryClient } from '@tanstack/react-query';
import type { ListScope } from '../../shared/conversationLists.ts';
import type { Change, ConversationChanged, ResumeAnswer, ResumeRequest } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import type { CommunityView } from '../../shared/schemas/community.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { MessageView } from '../../shared/schemas/message.ts';
import type { PersonView } from '../../shared/schemas/person.ts';
import { type Bootstrap, type ClientCard, cacheKeys } from './cacheKeys.ts';
import { isCardOutdated, withNewerRows } from './cardState.ts';
import { applyRows, type ListWindow, resumeWindow } from './listWindow.ts';
import type { ReadMarks } from './readMarks.ts';
import {
  applyThread,
  hasGap,
  mergeMessages,
  resumePoint,
  resumeThread,
  type ThreadState,
} from './threadState.ts';

export interface DeskCache {
  apply(changes: readonly Change[]): void;
  /** Conversations that have missed a change. */
  gaps(): string[];
  /** The list that is on the screen. */
  shownList(): ListWindow | undefined;
  /** Its rows. */
  shownRows(): readonly ConversationRow[];
  storeMessage(message: MessageView): void;
  /** The state of what this tab holds: everything, or only these threads. */
  resumeRequest(only?: readonly string[]): ResumeRequest;
  applyResume(request: ResumeRequest, answer: ResumeAnswer, meanwhile: readonly Change[]): void;
  /** After a break: data that cannot be resumed is read again, or dropped when no screen shows it. */
  refreshTheRest(request: ResumeRequest): void;
}

export function createDeskCache(queries: QueryClient, readMarks: ReadMarks): DeskCache {
  const cache = queries.getQueryCache();

  const threads = (): ThreadState[] =>
    cache
      .findAll({ queryKey: cacheKeys.threads })
      .sort(
        (a, b) =>
          Number(b.isActive()) - Number(a.isActive()) || b.state.dataUpdatedAt - a.state.dataUpdatedAt,
      )
      .map((query) => query.state.data as ThreadState | undefined)
      .filter((thread) => thread !== undefined);

  const activeWindow = (): ListWindow | undefined =>
    cache
      .findAll({ queryKey: cacheKeys.lists, type: 'active' })
      .map((query) => query.state.data as ListWindow | undefined)
      .find((window) => window !== undefined);

  const applyConversations = (changes: readonly ConversationChanged[]) => {
    const rows = changes.map((change) => change.row);
    queries.setQueriesData<ListWindow>({ queryKey: cacheKeys.lists }, (window) =>
      window ? applyRows(window, rows) : window,
    );
    const isOutdated = ({ state }: { state: { data?: unknown } }) =>
      state.data !== undefined && isCardOutdated(state.data as ClientCard, rows);
    const outdated = cache.findAll({ queryKey: cacheKeys.clients, predicate: isOutdated });
    queries.setQueriesData<ClientCard>({ queryKey: cacheKeys.clients }, (card) =>
      card ? withNewerRows(card, rows) : card,
    );
    for (const { queryKey } of outdated) void queries.invalidateQueries({ queryKey, exact: true });
    for (const [conversationId, own] of groupByConversation(changes)) {
      queries.setQueryData<ThreadState>(cacheKeys.thread(conversationId), (thread) =>
        thread ? own.reduce(applyThread, thread) : thread,
      );
    }
  };

  const applyDesk = (communities: readonly CommunityView[], people: readonly PersonView[]) => {
    queries.setQueryData<Bootstrap>(cacheKeys.desk, (desk) =>
      desk ? withCommunitiesAndPeople(desk, communities, people) : desk,
    );
  };

  const apply = (changes: readonly Change[]) => {
    const conversations = changes.filter((change) => change.type === 'conversation.changed');
    if (conversations.length > 0) {
      readMarks.changed(conversations);
      applyConversations(conversations);
    }
    const communities = changes.flatMap((change) =>
      change.type === 'community.changed' ? [change.community] : [],
    );
    const people = changes.flatMap((change) => (change.type === 'person.changed' ? [change.person] : []));
    if (communities.length > 0 || people.length > 0) applyDesk(communities, people);
    for (const change of changes) {
      if (change.type === 'readMark.moved') readMarks.moved(change.readMark);
      if (change.type === 'reading.changed')
        queries.setQueryData<Bootstrap>(cacheKeys.desk, (desk) =>
          desk ? { ...desk, me: { ...desk.me, marksRead: change.marksRead } } : desk,
        );
    }
    if (changes.some((change) => change.type === 'workingTime.changed'))
      void queries.invalidateQueries({ queryKey: cacheKeys.workingTime });
    // A list that is not on the screen is read again when it is next needed.
    if (changes.some((change) => change.type === 'cannedAnswers.changed'))
      void queries.invalidateQueries({ queryKey: cacheKeys.cannedAnswers });
  };

  /** A thread absent from the answer has not changed, or the reader may not see it any more. */
  const forgetUnanswered = (request: ResumeRequest, answer: ResumeAnswer) => {
    const answered = new Set(answer.threads.map((thread) => thread.row.id));
    for (const { conversationId } of request.threads) {
      if (answered.has(conversationId)) continue;
      const queryKey = cacheKeys.thread(conversationId);
      const thread = queries.getQueryData<ThreadState>(queryKey);
      if (thread && hasGap(thread)) void queries.resetQueries({ queryKey });
    }
  };

  return {
    apply,
    gaps: () =>
      threads()
        .filter(hasGap)
        .map((thread) => thread.row.id),
    shownList: activeWindow,
    shownRows: () => activeWindow()?.rows ?? [],
    storeMessage: (message) => {
      queries.setQueryData<ThreadState>(cacheKeys.thread(message.conversationId), (thread) =>
        thread ? mergeMessages(thread, [message]) : thread,
      );
    },
    resumeRequest: (only) => {
      const window = only ? undefined : activeWindow();
      return {
        threads: threads()
          .filter((thread) => !only || only.includes(thread.row.id))
          .slice(0, limits.resumeThreads)
          .map(resumePoint),
        list: window
          ? {
              filter: window.scope.filter,
              communityId: window.scope.communityId,
              waiting: window.scope.waitingOnly,
              ...(window.scope.assigneeId ? { assigneeId: window.scope.assigneeId } : {}),
              rows: window.rows.slice(0, limits.resumeRows).map(({ id, revision }) => ({ id, revision })),
            }
          : null,
      };
    },
    applyResume: (request, answer, meanwhile) => {
      const told = [...request.threads.map((thread) => thread.conversationId), ...(answer.list?.order ?? [])];
      if (request.list) readMarks.keepOnly(new Set(told));
      readMarks.learn(told, answer.readMarks);
      for (const answered of answer.threads) {
        queries.setQueryData<ThreadState>(cacheKeys.thread(answered.row.id), (thread) =>
          thread ? resumeThread(thread, answered) : thread,
        );
      }
      const { list } = answer;
      if (request.list && list) {
        queries.setQueryData<ListWindow>(cacheKeys.list(scopeOf(request.list)), (window) =>
          window ? resumeWindow(window, list) : window,
        );
      }
      applyDesk(answer.communities, answer.people);
      apply(meanwhile);
      forgetUnanswered(request, answer);
    },
    refreshTheRest: (request) => {
      if (!request.list) readMarks.keepOnly(new Set(request.threads.map((thread) => thread.conversationId)));
      const resumed = request.list && hashKey(cacheKeys.list(scopeOf(request.list)));
      queries.removeQueries({ queryKey: cacheKeys.lists, type: 'inactive' });
      void queries.invalidateQueries({
        queryKey: cacheKeys.lists,
        predicate: (query) => query.queryHash !== resumed,
      });
      // A request holds a limited number of threads; the others are read again when they are opened.
      for (const thread of threads().slice(limits.resumeThreads)) {
        queries.removeQueries({ queryKey: cacheKeys.thread(thread.row.id), type: 'inactive' });
      }
      void queries.invalidateQueries({ queryKey: cacheKeys.workingTime });
      void queries.invalidateQueries({ queryKey: cacheKeys.cannedAnswers });
      void queries.invalidateQueries({ queryKey: cacheKeys.clients });
    },
  };
}

/** The list that the request was about; the reader may have opened another one since. */
function scopeOf({
  filter,
  communityId,
  waiting,
  assigneeId,
}: NonNullable<ResumeRequest['list']>): ListScope {
  return { filter, communityId, waitingOnly: waiting ?? false, ...(assigneeId ? { assigneeId } : {}) };
}

function groupByConversation(changes: readonly ConversationChanged[]): Map<string, ConversationChanged[]> {
  const groups = new Map<string, ConversationChanged[]>();
  for (const change of changes) {
    const group = groups.get(change.row.id);
    if (group) group.push(change);
    else groups.set(change.row.id, [change]);
  }
  return groups;
}

function withCommunitiesAndPeople(
  desk: Bootstrap,
  communities: readonly CommunityView[],
  people: readonly PersonView[],
): Bootstrap {
  const me = people.find((person) => person.id === desk.me.id);
  return {
    ...desk,
    me: me ? { ...desk.me, ...me } : desk.me,
    communities: replaceById(desk.communities, communities),
    people: replaceById(desk.people, people),
  };
}

function replaceById<T extends { id: string }>(held: readonly T[], newer: readonly T[]): T[] {
  const byId = new Map(held.map((item) => [item.id, item]));
  for (const item of newer) byId.set(item.id, item);
  return [...byId.values()];
}
