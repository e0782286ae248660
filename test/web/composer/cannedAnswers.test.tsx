// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CannedAnswerView } from '../../../shared/schemas/cannedAnswer.ts';
import { Composer } from '../../../web/composer/Composer.tsx';
import { findings } from '../support/axe.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleMessage, sampleRow } from '../support/samples.ts';
import { type DeskStandIn, startDeskStandIn } from '../support/startDeskStandIn.ts';

const answer = (number: number, name: string, text: string, isShared = true): CannedAnswerView => ({
  id: hexId(number),
  isShared,
  folder: isShared ? 'Доставка' : '',
  name,
  text,
  uses: 0,
  changedAt: '2026-01-01T09:00:00.000Z',
  version: 0,
});
const answers = [
  answer(31, 'Где заказ', 'Заказ {orderNumber} для {clientName} приедет в {время}.'),
  answer(32, 'Сроки доставки', 'Доставка — три дня, {clientFirstName}.'),
  answer(33, 'Подпись', 'С уважением, {agentName}', false),
];

let standIn: DeskStandIn;
beforeEach(async () => {
  standIn = await startDeskStandIn();
  standIn.answer = ({ path, body }) => {
    if (path === '/api/canned-answers') return { status: 200, json: { answers } };
    if (path === '/api/working-time')
      return {
        status: 200,
        json: {
          timeZone: 'Europe/Moscow',
          days: null,
          holidays: [],
          targets: { firstAnswer: null, nextAnswer: null, resolution: null },
          communityTargets: {},
        },
      };
    if (!body) return { status: 404, json: { error: { code: 'notFound', message: path } } };
    const { clientToken, text } = body as { clientToken: string; text: string };
    return {
      status: 202,
      json: sampleMessage({ seq: 5, kind: 'answer', status: 'queued', clientToken, text }),
    };
  };
});
afterEach(async () => {
  cleanup();
  window.sessionStorage.clear();
  await standIn[Symbol.asyncDispose]();
});

const row = sampleRow({ lastSeq: 1 });
const composer = (
  <Composer conversation={row} messages={[]} quoted={null} seenSeq={{ current: 0 }} onQuoteDone={() => {}} />
);
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Ответ клиенту' });
const options = () => within(screen.getByRole('listbox')).getAllByRole('option');
const names = () => options().map((option) => option.querySelector('bdi')?.textContent);
const sent = () => standIn.requests.filter(({ path }) => path.endsWith('/answers') && path.includes(row.id));
const selected = () => field().value.slice(field().selectionStart, field().selectionEnd);
const untilShown = (expected: string[]) => waitFor(() => expect(names()).toEqual(expected));

describe('canned answers in the composer', () => {
  it('are loaded with the first slash, found by words, and inserted by Enter with the values', async () => {
    const user = userEvent.setup();
    renderInDesk(composer, { enterSends: true });
    await user.type(field(), 'Добрый день!');
    expect(standIn.requests).toEqual([]);
    await user.keyboard('{Shift>}{Enter}{/Shift}/достав');
    // In the name, then in the folder.
    await untilShown(['Сроки доставки', 'Где заказ']);
    const [first] = options();
    expect(first?.getAttribute('aria-selected')).toBe('true');
    await waitFor(() => expect(field().getAttribute('aria-activedescendant')).toBe(first?.id));
    expect(document.activeElement).toBe(field());
    expect(await findings()).toEqual([]);
    await user.keyboard('{Enter}');
    expect(field().value).toBe('Добрый день!\nДоставка — три дня, Мария.');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(sent()).toEqual([]);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.body).toMatchObject({
      text: 'Добрый день!\nДоставка — три дня, Мария.',
      cannedAnswerIds: [hexId(32)],
    });
  });

  it('are chosen by arrows and Tab, and Escape closes the list until the next slash', async () => {
    const user = userEvent.setup();
    renderInDesk(composer);
    await user.type(field(), '/');
    await untilShown(['Где заказ', 'Подпись', 'Сроки доставки']);
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(document.activeElement).toBe(field());
    await user.keyboard('под');
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.keyboard('{Backspace}{Backspace}{Backspace}{Backspace}/');
    await untilShown(['Где заказ', 'Подпись', 'Сроки доставки']);
    await user.keyboard('{ArrowUp}{ArrowUp}{Tab}');
    expect(field().value).toBe('С уважением, Анна Смирнова');
  });

  it('select the first place to fill, and hold the answer until it is filled or sent as it is', async () => {
    const user = userEvent.setup();
    renderInDesk(composer);
    await user.type(field(), '/где');
    await untilShown(['Где заказ']);
    await user.keyboard('{Enter}');
    expect(field().value).toBe('Заказ {номер заказа} для Мария Петрова приедет в {время}.');
    expect(selected()).toBe('{номер заказа}');
    await user.keyboard('А-7{Control>}{Enter}{/Control}');
    expect(sent()).toEqual([]);
    expect(screen.getByRole('alert').textContent).toContain('Не заполнено: время.');
    expect(selected()).toBe('{время}');
    await user.click(screen.getByRole('button', { name: 'Отправить как есть' }));
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.body).toMatchObject({ text: 'Заказ А-7 для Мария Петрова приедет в {время}.' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('do not hold braces that the agent typed, and are not counted once the field was emptied', async () => {
    const user = userEvent.setup();
    renderInDesk(composer);
    await user.type(field(), '/под');
    await untilShown(['Подпись']);
    await user.keyboard('{Enter}');
    expect(field().value).toBe('С уважением, Анна Смирнова');
    await user.clear(field());
    await user.type(field(), '{{x}');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.body).toMatchObject({ text: '{x}' });
    expect(sent()[0]?.body).not.toHaveProperty('cannedAnswerIds');
  });

  it('never send half a search by Enter', async () => {
    const user = userEvent.setup();
    renderInDesk(composer, { enterSends: true });
    await user.type(field(), '/такого нет{Enter}');
    expect(await screen.findByText(/Такого готового ответа нет/)).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(sent()).toEqual([]);
    await user.keyboard('{Escape}{Enter}');
    await waitFor(() => expect(sent()[0]?.body).toMatchObject({ text: '/такого нет' }));
  });

  it('are opened by the button with a search of their own, and go where the caret was', async () => {
    const user = userEvent.setup();
    renderInDesk(composer);
    await user.type(field(), 'До встречи. ');
    await user.click(screen.getByRole('button', { name: 'Готовые ответы' }));
    const search = await screen.findByRole('combobox', { name: 'Найти готовый ответ' });
    expect(document.activeElement).toBe(search);
    await user.keyboard('gjlg');
    await untilShown(['Подпись']);
    expect(await findings()).toEqual([]);
    await user.click(options()[0]!);
    expect(field().value).toBe('До встречи. С уважением, Анна Смирнова');
    expect(document.activeElement).toBe(field());
    await user.click(screen.getByRole('button', { name: 'Готовые ответы' }));
    await screen.findByRole('combobox', { name: 'Найти готовый ответ' });
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(document.activeElement).toBe(field());
  });

  it('say that the list could not be read, and read it again', async () => {
    const user = userEvent.setup();
    const usual = standIn.answer;
    standIn.answer = (request) =>
      request.path === '/api/canned-answers'
        ? { status: 503, json: { error: { code: 'storeUnavailable', message: 'away' } } }
        : usual(request);
    const { desk } = renderInDesk(composer);
    desk.queries.setDefaultOptions({ queries: { retry: false } });
    await user.type(field(), '/');
    expect((await screen.findByRole('alert')).textContent).toContain('База данных временно недоступна');
    standIn.answer = usual;
    await user.click(screen.getByRole('button', { name: 'Повторить' }));
    await untilShown(['Где заказ', 'Подпись', 'Сроки доставки']);
  });
});
