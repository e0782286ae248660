// @vitest-environment jsdom
/** The tab's title names the screen that is shown, also when the number of waiting conversations changes. */
import { act, cleanup } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { useTitle } from '../../../web/app/useTitle.ts';
import type { Desk } from '../../../web/desk/desk.ts';
import { Page } from '../../../web/ui/Page.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

function Framed({ page }: { page: 'reports' | 'inbox' }) {
  useTitle();
  return page === 'inbox' ? null : (
    <Page title="Отчёты" isAllowed>
      {null}
    </Page>
  );
}

const wait = (desk: Desk, waiting: number) => act(() => desk.queueCounts.set({ waiting }));

it('keeps the name of a report while clients write, and counts them', async () => {
  const { desk, show } = renderInDesk(<Framed page="reports" />);
  wait(desk, 0);
  await expect.poll(() => document.title).toBe('Отчёты · Notify Inbox');
  wait(desk, 2);
  await expect.poll(() => document.title).toBe('(2) Отчёты · Notify Inbox');
  show(<Framed page="inbox" />);
  await expect.poll(() => document.title).toBe('(2) Диалоги · Notify Inbox');
  show(<Framed page="reports" />);
  await expect.poll(() => document.title).toBe('(2) Отчёты · Notify Inbox');
});
