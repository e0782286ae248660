// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CannedAnswerView } from '../../../shared/schemas/cannedAnswer.ts';
import { CannedAnswersPage } from '../../../web/cannedAnswers/CannedAnswersPage.tsx';
import { findings } from '../support/axe.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleMe } from '../support/samples.ts';
import { type DeskStandIn, startDeskStandIn } from '../support/startDeskStandIn.ts';

let answers: CannedAnswerView[];
let standIn: DeskStandIn;
const { createObjectURL, revokeObjectURL } = URL;
beforeEach(async () => {
  answers = [
    answer(41, 'Сроки', { folder: 'Доставка', text: 'Три дня, {clientFirstName}', version: 3 }),
    answer(42, '=Цена', { text: '@300' }),
    answer(43, 'Подпись', { isShared: false }),
  ];
  standIn = await startDeskStandIn();
  standIn.answer = ({ method, path }) =>
    method === 'GET' && path === '/api/canned-answers'
      ? { status: 200, json: { answers } }
      : { status: 404, json: { error: { code: 'notFound', message: path } } };
});
afterEach(async () => {
  cleanup();
  Object.assign(URL, { createObjectURL, revokeObjectURL });
  await standIn[Symbol.asyncDispose]();
});

function answer(number: number, name: string, more: Partial<CannedAnswerView>): CannedAnswerView {
  return {
    id: hexId(number),
    isShared: true,
    folder: '',
    name,
    text: 'Текст',
    uses: 0,
    changedAt: '2026-01-01T09:00:00.000Z',
    version: 0,
    ...more,
  };
}
const supervisor = { me: { ...sampleMe, role: 'supervisor' as const } };
const groups = () => screen.getAllByRole('region').map((region) => region.getAttribute('aria-label'));
const edit = async (user: ReturnType<typeof userEvent.setup>) => {
  await user.click(await screen.findByRole('button', { name: 'Изменить: Сроки' }));
  const dialog = within(screen.getByRole('dialog'));
  return { dialog, text: dialog.getByRole<HTMLTextAreaElement>('textbox', { name: 'Текст' }) };
};

it('shows folders with the actions of the reader, and finds by words', async () => {
  const user = userEvent.setup();
  renderInDesk(<CannedAnswersPage />);
  await screen.findByText('Подпись');
  expect(groups()).toEqual(['Общие · Доставка', 'Общие · Без папки', 'Мои · Без папки']);
  expect(screen.getAllByRole('button', { name: /^(Изменить|Удалить|Переименовать)/ })).toHaveLength(2);
  await user.type(screen.getByRole('searchbox'), 'доставкой');
  await waitFor(() => expect(groups()).toEqual(['Общие · Доставка']));
  expect(await findings()).toEqual([]);
});

it('keeps a text that was not saved, and gives the saved one back when asked', async () => {
  const user = userEvent.setup();
  renderInDesk(<CannedAnswersPage />, {}, supervisor);
  const first = await edit(user);
  expect(first.text.value).toBe('Три дня, {имя клиента}');
  await user.type(first.text, '!');
  await user.click(first.dialog.getByRole('button', { name: 'Закрыть' }));
  const second = await edit(user);
  expect(second.text.value).toBe('Три дня, {имя клиента}!');
  expect(second.dialog.getByText(/несохранённый текст/)).toBeTruthy();
  await user.click(second.dialog.getByRole('button', { name: 'Вернуть сохранённый' }));
  expect(second.text.value).toBe('Три дня, {имя клиента}');
});

it('does not save over a change of somebody else unless its writer says so', async () => {
  const user = userEvent.setup();
  renderInDesk(<CannedAnswersPage />, {}, supervisor);
  const { dialog, text } = await edit(user);
  await user.type(text, '!');
  const usual = standIn.answer;
  standIn.answer = (request) => {
    if (request.method !== 'PUT') return usual(request);
    const { version } = request.body as { version: number };
    if (version === 3) {
      answers[0] = { ...answers[0]!, text: 'Два дня', version: 4 };
      return { status: 409, json: { error: { code: 'cannedChanged', message: 'changed' } } };
    }
    answers[0] = { ...answers[0]!, text: 'Три дня, {clientFirstName}!', version: 5 };
    return { status: 200, json: answers[0] };
  };
  await user.click(dialog.getByRole('button', { name: 'Сохранить' }));
  await dialog.findByText('Готовый ответ уже изменил кто-то другой');
  expect(text.value).toBe('Три дня, {имя клиента}!');
  // The newer version has to be read before it can be replaced.
  await waitFor(() =>
    expect(standIn.requests.filter(({ method }) => method === 'GET').length).toBeGreaterThan(1),
  );
  await user.click(dialog.getByRole('button', { name: 'Сохранить мой вариант' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const versions = standIn.requests.flatMap(({ method, body }) =>
    method === 'PUT' ? [(body as { version: number }).version] : [],
  );
  expect(versions).toEqual([3, 4]);
});

it('writes a file that a spreadsheet opens without running a formula', async () => {
  const user = userEvent.setup();
  const files: Blob[] = [];
  Object.assign(URL, {
    createObjectURL: (file: Blob) => {
      files.push(file);
      return 'blob:';
    },
    revokeObjectURL: () => {},
  });
  renderInDesk(<CannedAnswersPage />);
  await screen.findByText('Подпись');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Чьи ответы' }), 'shared');
  await user.click(screen.getByRole('button', { name: 'Скачать CSV' }));
  expect((await textOf(files[0]!)).split('\r\n')).toEqual([
    '\uFEFF"Папка";"Название";"Текст";"Использован"',
    '"Доставка";"Сроки";"Три дня, {имя клиента}";"0"',
    `"";"'=Цена";"'@300";"0"`,
    '',
  ]);
});

/** jsdom's Blob has no `text`. */
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve(new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.result as ArrayBuffer));
    reader.readAsArrayBuffer(blob);
  });
}
