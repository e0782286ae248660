/** The keys of the tab's query cache, and the types of the data under them. */
import type { CallAnswer } from '../../shared/api.ts';
import type { ListScope } from '../../shared/conversationLists.ts';

export type Bootstrap = CallAnswer<'bootstrap'>;
export type ClientCard = CallAnswer<'readClient'>;

export const cacheKeys = {
  desk: ['desk'] as const,
  workingTime: ['workingTime'] as const,
  cannedAnswers: ['cannedAnswers'] as const,
  lists: ['list'] as const,
  list: (scope: ListScope) => ['list', scope] as const,
  threads: ['thread'] as const,
  thread: (conversationId: string) => ['thread', conversationId] as const,
  clients: ['client'] as const,
  client: (clientId: string) => ['client', clientId] as const,
  /** Service messages to a client's phone. */
  clientMessages: (clientId: string) => ['clientMessages', clientId] as const,
};
