/** Puts a changed client into the tab's cache, so that every screen that shows them is up to date. */
import type { QueryClient } from '@tanstack/react-query';
import type { ClientView } from '../../shared/schemas/client.ts';
import { type ClientCard, cacheKeys } from '../desk/cacheKeys.ts';

export function storeClient(queries: QueryClient, client: ClientView): void {
  queries.setQueryData<ClientCard>(cacheKeys.client(client.id), (card) => card && { ...card, client });
  // With a bond or a merge conversations and messages change hands too; those come from the desk.
  void queries.invalidateQueries({ queryKey: cacheKeys.clients });
  void queries.invalidateQueries({ queryKey: cacheKeys.clientMessages(client.id) });
}
