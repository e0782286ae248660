/** What an agent writes and closes while things come in between: a lost connection, another session, a new question. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

const write = (userId: number, text: string) =>
  journey.control('clientSends', { userId, groupId: sampleGroupId, text });

it('keeps an unsent answer over a reload, marks it, sends it once, and gives it back to its writer alone', async () => {
  await write(2001, 'Где мой заказ?');
  const page = await journey.signIn('anna');
  page.on('dialog', (dialog) => void dialog.accept());
  const row = page.locator('[data-conversation-row]', { hasText: 'Где мой заказ?' });
  await row.click();
  const field = page.getByRole('textbox', { name: 'Ответ клиенту' });
  const answers = '**/api/conversations/*/answers';
  await page.route(answers, (route) => route.abort());
  await field.fill('Уже в пути');
  await field.press('Control+Enter');
  await page.getByText('Отправится само, когда связь появится').waitFor();
  await page.locator('[data-conversation-row]', { hasText: 'Не отправлено: Уже в пути' }).waitFor();
  await page.waitForFunction(() => document.title.startsWith('⚠ Не отправлено'));
  const asked = new URL(page.url());

  await page.reload();
  await page.getByText('Отправится само, когда связь появится').waitFor();
  await page.goto(journey.desk.url);
  await page.getByRole('status').getByRole('link', { name: 'Показать' }).click();
  await page.unroute(answers);
  await page.locator('[data-message-id]', { hasText: 'Уже в пути' }).locator('[data-status=sent]').waitFor();
  await page.waitForFunction(() => !document.title.includes('Не отправлено'));
  const { phone } = await journey.openPhone(2001);
  await phone.getByText('Уже в пути').first().waitFor();
  expect(await phone.getByText('Уже в пути').count()).toBe(1);

  // The session ends elsewhere. The next person in this browser must not get what Anna wrote.
  await page.route(answers, (route) => route.abort());
  await field.fill('Напишу после входа');
  await field.press('Control+Enter');
  await page.getByText('Отправится само, когда связь появится').waitFor();
  const elsewhere = await journey.signIn('anna');
  await elsewhere.getByRole('button', { name: 'Моё меню' }).click();
  await elsewhere.getByRole('button', { name: 'Выйти на всех устройствах' }).click();
  await page.getByText('Сеанс завершён. Войдите снова').waitFor();
  await page.unroute(answers);
  await journey.fillSignIn(page, 'ivan');
  await field.waitFor();
  expect(new URL(page.url()).pathname).toBe(asked.pathname);
  expect(await field.inputValue()).toBe('');
  expect(await page.getByText('Напишу после входа').count()).toBe(0);
  await page.getByRole('button', { name: 'Моё меню' }).click();
  await page.getByRole('button', { name: 'Выйти', exact: true }).click();
  expect(journey.problems).toEqual([]);
});

it('shows a sent message and an unseen question, and resolves and snoozes only what was seen', async () => {
  for (let number = 1; number <= 20; number += 1) await write(2002, `Вопрос номер ${number}`);
  const page = await journey.signIn('maria');
  await page.locator('[data-conversation-row]', { hasText: 'Вопрос номер 20' }).click();
  const thread = page.getByRole('region', { name: 'Сообщения' });
  await thread.getByText('Вопрос номер 1', { exact: true }).waitFor();
  // Exactly: a bubble of «Вопрос номер 2» goes on with its time, such as 01:55.
  const last = thread.getByText('Вопрос номер 20', { exact: true });
  const isOnScreen = async (text: string) => {
    const box = await thread.getByText(text, { exact: true }).last().boundingBox();
    const pane = await thread.boundingBox();
    return box !== null && pane !== null && box.y >= pane.y && box.y + box.height <= pane.y + pane.height;
  };
  expect(await last.isVisible()).toBe(false);

  // Resolving what is below the screen is refused, and shows it.
  await page.keyboard.press('e');
  await page.getByRole('alert').getByText('Есть новое сообщение клиента').waitFor();
  await page.waitForFunction(() => document.activeElement?.matches('[data-message-id]'));
  expect(await page.getByRole('button', { name: 'Завершить' }).count()).toBe(1);

  await thread.evaluate((pane) => pane.scrollTo(0, 0));
  await thread.getByText('Вопрос номер 1', { exact: true }).waitFor();
  const field = page.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('Отвечаю на всё сразу');
  await field.press('Control+Enter');
  await expect.poll(() => isOnScreen('Отвечаю на всё сразу')).toBe(true);

  // Now everything was seen.
  await page.getByRole('button', { name: 'Отложить' }).click();
  await page.getByRole('menuitem', { name: /^На час/ }).click();
  const row = page.locator('[data-conversation-row]', { hasText: 'Отвечаю на всё сразу' });
  await row.waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'Отложенные' }).click();
  await row.getByText(/Отложен до/).waitFor();
  await write(2002, 'Передумал');
  await page.getByText('Отложенных диалогов нет').waitFor();
  expect(journey.problems).toEqual([]);
});

it('brings a begun answer to another device, shows it in the list, and asks before it is left behind', async () => {
  await write(2003, 'Можно вернуть?');
  const page = await journey.signIn('ivan');
  await page.locator('[data-conversation-row]', { hasText: 'Можно вернуть?' }).click();
  const field = page.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('Можно, в течение');

  const phone = await journey.signIn('ivan', { viewport: { width: 360, height: 740 } });
  await phone.locator('[data-conversation-row]', { hasText: 'Черновик: Можно, в течение' }).click();
  const phoneField = phone.getByRole('textbox', { name: 'Ответ клиенту' });
  await expect.poll(() => phoneField.inputValue()).toBe('Можно, в течение');
  await phoneField.fill('Можно, в течение 14 дней');
  await expect.poll(() => field.inputValue(), { timeout: 8_000 }).toBe('Можно, в течение 14 дней');

  await field.press('Escape');
  await page.keyboard.press('e');
  const question = page.getByRole('dialog', { name: 'Завершить диалог?' });
  await question.getByText('остался неотправленный черновик').waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(await accessibilityFindings(page)).toEqual([]);

  await phoneField.press('Control+Enter');
  await phone.locator('[data-message-id]', { hasText: '14 дней' }).locator('[data-status=sent]').waitFor();
  await expect.poll(() => field.inputValue(), { timeout: 8_000 }).toBe('');
  // Nothing is left behind: it is resolved at once, and the next one in the queue opens. There is a way back.
  const asked = page.url();
  await page.keyboard.press('e');
  const done = page.getByText(/^Завершён: /);
  await done.waitFor();
  expect(page.url()).not.toBe(asked);
  await page.getByRole('button', { name: 'Вернуться' }).click();
  await page.getByRole('button', { name: 'Открыть снова' }).waitFor();
  expect(page.url()).toBe(asked);
  expect(journey.problems).toEqual([]);
});
