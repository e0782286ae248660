// @vitest-environment jsdom
/** `/settings` leads to the first page once: a page that the person chooses meanwhile is not taken away again. */
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { act, cleanup } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { type Bootstrap, cacheKeys } from '../../../web/desk/cacheKeys.ts';
import { FirstSettingsPage } from '../../../web/settings/SettingsFrame.tsx';
import { settingsPagesFor } from '../../../web/settings/settingsPages.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { sampleMe } from '../support/samples.ts';

afterEach(cleanup);

const CHOSEN = '/settings/audit';

it('stays at the page that was chosen while the first one loads, also when the desk draws again', async () => {
  const root = createRootRoute({ component: Outlet });
  const first = createRoute({
    getParentRoute: () => root,
    path: '/settings',
    component: FirstSettingsPage,
  });
  // Pages that are still on their way: the router shows the page before them meanwhile.
  const pages = settingsPagesFor('administrator').map(({ path }) =>
    createRoute({ getParentRoute: () => root, path, loader: () => new Promise(() => undefined) }),
  );
  const router = createRouter({
    routeTree: root.addChildren([first, ...pages]),
    history: createMemoryHistory({ initialEntries: ['/settings'] }),
    defaultPendingMs: 60_000,
  });
  const me = { ...sampleMe, role: 'administrator' as const };
  const { desk } = renderInDesk(<RouterProvider router={router as never} />, {}, { me });
  const firstPath = settingsPagesFor('administrator')[0]?.path;
  expect(firstPath).not.toBe(CHOSEN);
  await expect.poll(() => router.latestLocation.pathname).toBe(firstPath);
  act(() => void router.navigate({ to: CHOSEN as never }));
  await expect.poll(() => router.latestLocation.pathname).toBe(CHOSEN);
  // A colleague's change draws every screen again.
  await act(async () =>
    desk.queries.setQueryData<Bootstrap>(cacheKeys.desk, (held) => held && { ...held, people: [me] }),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(router.latestLocation.pathname).toBe(CHOSEN);
});
