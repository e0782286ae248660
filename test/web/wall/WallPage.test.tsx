// @vitest-environment jsdom
/** What the wall says before its first figures, without communities, and when its figures are old. */
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Role } from '../../../shared/schemas/person.ts';
import type { WallView } from '../../../shared/schemas/wall.ts';
import { Shown, WallPage } from '../../../web/wall/WallPage.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleCommunity, sampleMe } from '../support/samples.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function open(role: Role, component: () => ReactElement): Promise<void> {
  const root = createRootRoute();
  const desk = createRoute({ getParentRoute: () => root, id: 'desk' });
  const wall = createRoute({ getParentRoute: () => desk, path: '/wall', component });
  const router = createRouter({
    routeTree: root.addChildren([desk.addChildren([wall])]),
    history: createMemoryHistory({ initialEntries: ['/wall'] }),
  });
  renderInDesk(<RouterProvider router={router as never} />, {}, { me: { ...sampleMe, role } });
  await act(() => router.load());
}

it('says that the server takes long, then that it failed, and asks again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  await open('supervisor', WallPage);
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
  screen.getByLabelText('Загрузка…');
  pass(3_000);
  expect(screen.getByRole('status').textContent).toBe('');
  pass(3_000);
  expect(screen.getByRole('status').textContent).toBe('Сервер отвечает дольше обычного…');
  pass(12_000);
  screen.getByText('Не удалось загрузить табло');
  fireEvent.click(screen.getByRole('button', { name: 'Повторить' }));
  pass(1_000);
  screen.getByLabelText('Загрузка…');
});

const view: WallView = {
  at: '2026-03-10T12:00:00.000Z',
  today: '2026-03-10',
  waiting: 2_000,
  longestWait: { conversationId: hexId(1), since: '2026-03-10T11:59:00.000Z' },
  unassigned: { waiting: 1, longestWait: null },
  late: 0,
  newToday: 3,
  countedAt: null,
  isCounting: false,
  people: [{ personId: hexId(77), state: 'offline', open: 500, waiting: 1, longestWait: null, answered: 0 }],
  communities: [
    {
      communityId: sampleCommunity.id,
      waiting: 0,
      behindSince: '2026-03-10T10:00:00.000Z',
      queuedAnswers: 0,
      queuedServiceMessages: 0,
    },
  ],
};
const shown = (change: Partial<WallView>, isOld = false, elapsedMs = 0, isFull = false) =>
  open('supervisor', () => (
    <Shown view={{ ...view, ...change }} elapsedMs={elapsedMs} isOld={isOld} isFull={isFull} />
  ));

it('goes on with the time, shows limits, a person who is gone, and a community at a standstill', async () => {
  await shown({}, false, 65_000);
  expect(screen.getAllByText('2 мин').length).toBe(1);
  screen.getByText(/^2\s000\+$/);
  screen.getByText('500+');
  screen.getByText(`бывший сотрудник ${hexId(77).slice(-6)}`);
  screen.getByText('приём стоит');
  expect(screen.getByRole('status').textContent).toBe('');
});

it('says what is still being counted, and of what time it is', async () => {
  await shown({ isCounting: true });
  screen.getByText(/^Прежние диалоги ещё подсчитываются/);
  cleanup();
  await shown({ countedAt: '2026-03-10T11:59:50.000Z' });
  expect(screen.queryByText(/посчитаны на/)).toBeNull();
  cleanup();
  await shown({ countedAt: '2026-03-10T11:59:30.000Z' });
  screen.getByText(/посчитаны на \d\d:\d\d:30\.$/);
});

it('says since when its figures are old', async () => {
  await shown({}, true);
  expect(screen.getByRole('status').textContent).toMatch(/^Данные устарели: они на \d\d:\d\d:00 и с тех пор/);
});

it('gives people without work and without a tab one row on a large screen', async () => {
  const idle = (nth: number) => ({ ...view.people[0]!, personId: hexId(nth), open: 3, waiting: 0 });
  const people = [...view.people, idle(80), idle(81)];
  await shown({ people });
  expect(screen.getAllByText(/^бывший сотрудник/).length).toBe(3);
  cleanup();
  await shown({ people }, false, 0, true);
  expect(screen.getAllByText(/^бывший сотрудник/).length).toBe(1);
  screen.getByText('Не в сети, обращений нет: 2');
});

it('says what to do without a community', async () => {
  await shown({ communities: [], people: [] });
  screen.getByText('Пока нечего показывать');
  screen.getByText('У вас нет доступных сообществ. Их назначает администратор');
});

it('is refused to an agent', async () => {
  await open('agent', WallPage);
  screen.getByRole('alert');
  expect(screen.queryByLabelText('Загрузка…')).toBeNull();
});
