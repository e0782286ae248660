// @vitest-environment jsdom
/** What administrators see of encryption at rest: a finding is never mixed with a declaration. */
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { StorageEncryptionView } from '../../../shared/schemas/personalData.ts';
import { StorageFound } from '../../../web/settings/personalData/StorageEncryption.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

it.each([
  ['seen', 'cryptDevice', 'Зашифровано: система это проверила', false],
  ['declared', 'plainDevice', 'Заявлено зашифрованным: проверить это сама система не может', false],
  ['notEncrypted', 'plainDevice', 'Не зашифровано', true],
  ['notKnown', 'serverSilent', 'Неизвестно, зашифровано ли', true],
] as const)(
  'shows what was found about storage that is %s, and what to do while it is open',
  async (state, found, label, isOpen) => {
    const view: StorageEncryptionView = { state, found, lookedAt: '2026-03-01T10:00:00.000Z' };
    const router = createRouter({
      routeTree: createRootRoute({ component: () => <StorageFound view={view} /> }),
      history: createMemoryHistory({ initialEntries: ['/'] }),
    });
    renderInDesk(<RouterProvider router={router as never} />);
    expect((await screen.findByText(label)).getAttribute('data-state')).toBe(state);
    expect(document.body.textContent?.includes('STORAGE_ENCRYPTED=declared')).toBe(isOpen);
    expect(screen.getByRole('link').getAttribute('href')).toBe('/help#security');
  },
);
