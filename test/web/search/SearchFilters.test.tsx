// @vitest-environment jsdom
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { cacheKeys } from '../../../web/desk/cacheKeys.ts';
import { SearchFilters } from '../../../web/search/SearchFilters.tsx';
import { type SearchParams, searchParams, toQuery } from '../../../web/search/searchParams.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleClient, sampleMe } from '../support/samples.ts';

afterEach(cleanup);

/** @returns what the address asks for now. */
async function openFilters(params: SearchParams): Promise<() => SearchParams> {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: '/search',
    validateSearch: searchParams,
    component: () => <SearchFilters params={page.useSearch()} />,
  });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({
      initialEntries: [`/search?${new URLSearchParams(params as Record<string, string>)}`],
    }),
  });
  const { desk } = renderInDesk(<RouterProvider router={router as never} />);
  const client = sampleClient({ id: hexId(7), name: 'Ольга Смирнова' });
  desk.queries.setQueryData(cacheKeys.client(hexId(7)), { client, conversations: [] });
  await screen.findByLabelText('Ответ клиенту');
  return () => router.state.location.search as SearchParams;
}

const choose = (label: string, value: string) => userEvent.selectOptions(screen.getByLabelText(label), value);

describe('the filter by an answer', () => {
  it('asks who answered instead of who wrote, and keeps to what clients wrote', async () => {
    const address = await openFilters({ text: 'дрель', kind: 'note', person: sampleMe.id });
    await choose('Ответ клиенту', 'За час');
    await waitFor(() => expect(address()).toEqual({ text: 'дрель', answered: 'within1h' }));
    expect(screen.queryByLabelText('Кто написал')).toBeNull();
    await choose('Кто ответил', sampleMe.name);
    await waitFor(() => expect(address().person).toBe(sampleMe.id));
    await choose('Ответ клиенту', 'Дольше суток');
    await waitFor(() =>
      expect(address()).toEqual({ text: 'дрель', answered: 'over1d', person: sampleMe.id }),
    );
    expect(toQuery(address())).toMatchObject({ answered: 'over1d', personId: sampleMe.id });
  });

  it('asks for nobody where there is no answer', async () => {
    const address = await openFilters({ answered: 'within1h', person: sampleMe.id });
    await choose('Ответ клиенту', 'Без ответа');
    await waitFor(() => expect(address()).toEqual({ answered: 'none' }));
    expect(screen.queryByLabelText('Кто ответил')).toBeNull();
  });

  it('gives way to messages that nobody answers', async () => {
    const address = await openFilters({ answered: 'within1h', person: sampleMe.id });
    await choose('Сообщения', 'Заметки');
    await waitFor(() => expect(address()).toEqual({ kind: 'note' }));
  });
});

it('names the client whose conversations are searched, until they are dropped', async () => {
  const address = await openFilters({ text: 'дрель', client: hexId(7) });
  expect(toQuery(address())).toMatchObject({ clientId: hexId(7) });
  await userEvent.click(await screen.findByRole('button', { name: 'Клиент: Ольга Смирнова' }));
  await waitFor(() => expect(address()).toEqual({ text: 'дрель' }));
  expect(screen.queryByRole('button', { name: /^Клиент/ })).toBeNull();
});
