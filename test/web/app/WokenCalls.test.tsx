// @vitest-environment jsdom
/** The notice of a snooze that has ended, from the event of the server to what the reader sees. */
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import { WokenCalls } from '../../../web/app/WokenCalls.tsx';
import { NoticeBar } from '../../../web/ui/NoticeBar.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleMe, sampleRow } from '../support/samples.ts';

afterEach(cleanup);

async function openCalls() {
  const root = createRootRoute({
    component: () => (
      <>
        <h1>Диалоги</h1>
        <WokenCalls />
        <NoticeBar />
      </>
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  const { desk } = renderInDesk(<RouterProvider router={router as never} />);
  await screen.findByRole('heading', { name: 'Диалоги' });
  return (...rows: ConversationRow[]) => act(() => desk.latestWoken.set(rows));
}
const named = (number: number, name: string, change: Partial<ConversationRow> = {}) =>
  sampleRow({ id: hexId(number), client: { id: hexId(number), name, avatarUrl: null }, ...change });

it('names the client of the reader’s own or unassigned conversation, and is silent about those of others', async () => {
  const wake = await openCalls();
  wake(named(1, 'Чужой клиент', { assigneeId: hexId(701) }));
  wake(named(2, 'Мария Петрова', { assigneeId: sampleMe.id }));
  expect((await screen.findByText(/Вернулся из отложенных/)).textContent).toBe(
    'Вернулся из отложенных: Мария Петрова',
  );
});

it('is one for all that come back at the same time', async () => {
  const wake = await openCalls();
  for (const number of [1, 2, 3, 4, 5]) wake(named(number, `Клиент ${number}`));
  await screen.findByText('Из отложенных вернулось 5 диалогов');
});
