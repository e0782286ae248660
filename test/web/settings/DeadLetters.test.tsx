// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeadLetterView } from '../../../shared/schemas/deadLetter.ts';
import { DeadLetters } from '../../../web/settings/deadLetters/DeadLetters.tsx';
import { i18n, renderInDesk } from '../support/renderInDesk.tsx';
import { sampleCommunity } from '../support/samples.ts';
import { type ReceivedRequest, startDeskStandIn } from '../support/startDeskStandIn.ts';

afterEach(async () => {
  cleanup();
  await i18n.setLanguage('ru');
});

const letterOf = (change: Partial<DeadLetterView> = {}): DeadLetterView => ({
  id: 'x'.repeat(43),
  communityId: sampleCommunity.id,
  network: 'vk',
  eventType: 'message_new',
  cause: 'store',
  errorName: 'MongoServerError',
  errorCode: 11_000,
  failures: 5,
  at: '2026-11-01T10:00:00.000Z',
  lastAt: '2026-11-01T11:00:00.000Z',
  canRetry: true,
  ...change,
});

/** Answers like the desk: `letters` are what it keeps. */
function keeping(letters: DeadLetterView[], others: (request: ReceivedRequest) => unknown = () => null) {
  return (request: ReceivedRequest) => {
    const { method, path } = request;
    if (method === 'GET' && /^\/api\/dead-letters(\?|$)/.test(path))
      return { status: 200, json: { letters, nextCursor: null } };
    return { status: 200, json: others(request) };
  };
}

describe('events that could not be stored', () => {
  it('take no place while there are none', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = keeping([]);
    renderInDesk(<DeadLetters />);
    await waitFor(() => expect(standIn.requests).toHaveLength(1));
    expect(screen.queryByRole('heading')).toBeNull();
  });

  it('say when they cannot be loaded, and load again', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 503, json: { error: { code: 'storeUnavailable', message: 'away' } } });
    renderInDesk(<DeadLetters />);
    await screen.findByText('Не удалось загрузить события');
    standIn.answer = keeping([letterOf()]);
    await userEvent.setup().click(screen.getByRole('button', { name: 'Повторить' }));
    await screen.findByText(/База данных не приняла событие/);
  });

  it('show their text only when a person asks for it, because each view is registered', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = keeping([letterOf()], () => ({ raw: '{"text":"Где заказ?"}' }));
    renderInDesk(<DeadLetters />);
    const show = await screen.findByRole('button', { name: 'Показать событие' });
    expect(standIn.requests.map(({ path }) => path).filter((path) => path.includes('xxx'))).toEqual([]);
    await userEvent.setup().click(show);
    await screen.findByText('{"text":"Где заказ?"}');
    await userEvent.setup().click(screen.getByRole('button', { name: 'Скрыть событие' }));
    expect(screen.queryByText(/Где заказ/)).toBeNull();
  });

  it('go away when they are stored at last, and say so when they fail again', async () => {
    await using standIn = await startDeskStandIn();
    const letters = [letterOf()];
    let isMended = false;
    standIn.answer = keeping(letters, () => {
      if (!isMended) return { letter: letterOf({ failures: 6 }) };
      letters.length = 0;
      return { letter: null };
    });
    renderInDesk(<DeadLetters />);
    const user = userEvent.setup();
    await user.click(await screen.findByRole('button', { name: 'Повторить' }));
    await screen.findByText('Событие снова не сохранилось');
    isMended = true;
    await user.click(await screen.findByRole('button', { name: 'Повторить' }));
    await waitFor(() => expect(screen.queryByText(/message_new/)).toBeNull());
  });

  it('offer no retry when they were too large to be kept whole, and are deleted only after a question', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = keeping([letterOf({ canRetry: false })]);
    renderInDesk(<DeadLetters />);
    await screen.findByText(/повторить его нельзя/);
    expect(screen.queryByRole('button', { name: 'Повторить' })).toBeNull();
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Удалить' }));
    const dialog = screen.getByRole('dialog', { name: 'Удалить событие?' });
    expect(standIn.requests.some(({ method }) => method === 'DELETE')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Удалить' }));
    await waitFor(() => expect(standIn.requests.some(({ method }) => method === 'DELETE')).toBe(true));
  });

  it('speak English too, and name an event whose community was removed by its network', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = keeping([letterOf({ communityId: 'f'.repeat(24) })]);
    await i18n.setLanguage('en');
    renderInDesk(<DeadLetters />);
    const item = await screen.findByRole('listitem');
    expect(item.textContent).not.toMatch(/^,/);
    expect(item.textContent).toMatch(/^VK/);
  });
});
