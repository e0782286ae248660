/** Stores a changed client in the tab's cache, so that every screen that shows them is up to date. */
import type { QueryClient } from '@tanstack/react-query';
import type { ClientView } from '../../shared/schemas/client.ts';
import { type ClientCard, cacheKeys } from '../desk/cacheKeys.ts';

export function storeClient(queries: QueryClient, client: ClientView): void {
  queries.setQueryData<ClientCard>(cacheKeys.client(client.id), (card) => card && { ...card, client });
  // A bond or a merge also moves conversations and messages to another client; those are read from the server.
  void queries.invalidateQueries({ queryKey: cacheKeys.clients });
  void queries.invalidateQueries({ queryKey: cacheKeys.clientMessages(client.id) });
}
