/** A supervisor reviews a conversation: who did what, what the client got, and the client's whole history. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('shows a supervisor who labelled, answered and resolved, and leads to the client’s whole history', async () => {
  await journey.control('clientSends', { userId: 2001, groupId: sampleGroupId, text: 'Где мой возврат?' });
  const agent = await journey.signIn('anna');
  // In the queue, the next conversation would open after the resolution.
  await agent.getByRole('radio', { name: 'Все', exact: true }).click();
  await agent.locator('[data-conversation-row]', { hasText: 'возврат' }).click();
  const field = agent.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('Вернём деньги до пятницы');
  await field.press('Control+Enter');
  await agent.getByPlaceholder('Добавить метку').fill('возврат');
  await agent.keyboard.press('Enter');
  await agent.getByRole('button', { name: 'Убрать метку возврат' }).waitFor();
  await agent.getByRole('button', { name: 'Завершить' }).click();
  const thread = agent.getByRole('region', { name: 'Сообщения' });
  await thread.getByText('Диалог завершён').waitFor();
  expect(await thread.getByText('Метки добавлены').count()).toBe(0);
  await agent.getByRole('button', { name: 'События' }).click();
  await thread.getByText(/Метки добавлены: возврат · Анна.*, \d\d:\d\d/).waitFor();

  const page = await journey.signIn('maria');
  await page.goto(agent.url());
  await page.getByRole('tab', { name: 'События' }).click();
  const events = page.getByRole('region', { name: 'События диалога' });
  await events.getByText('Первый ответ через').waitFor();
  await events.getByText('Решён за').waitFor();
  await events.getByText(/Просмотр диалога · Анна/).waitFor();
  await events.getByText(/Метки добавлены: возврат · Анна/).waitFor();
  const findings = await accessibilityFindings(page);
  expect(findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);

  await page.getByRole('tab', { name: 'Клиент' }).click();
  await page.getByRole('link', { name: 'Вся история клиента' }).click();
  await page.getByRole('heading', { name: 'Вся история клиента' }).waitFor();
  const answer = page.getByRole('article').filter({ hasText: 'до пятницы' });
  const onHistory = await accessibilityFindings(page);
  expect(onHistory.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  // All that was written with this client, and nothing of others.
  await page.getByRole('link', { name: 'Искать в переписке с клиентом' }).click();
  await page.getByRole('button', { name: /^Клиент: / }).waitFor();
  await page.getByRole('link', { name: /до пятницы/ }).waitFor();
  await page.goBack();
  await answer.getByRole('link', { name: 'Открыть в диалоге' }).click();
  await page.locator('[data-message-id]', { hasText: 'до пятницы' }).waitFor();
  expect(journey.problems).toEqual([]);
});

it('makes a file of the conversation although the program is killed meanwhile, and of what a search finds', async () => {
  await journey.control('clientSends', {
    userId: 2002,
    groupId: sampleGroupId,
    text: 'Когда привезут <диван>?',
  });
  await journey.control('clientSends', { userId: 2003, groupId: sampleGroupId, text: 'Есть ли доставка?' });
  const page = await journey.signIn('maria');
  await page.locator('[data-conversation-row]', { hasText: 'диван' }).click();
  await page.getByRole('button', { name: 'Выгрузить переписку' }).click();
  await page.getByRole('button', { name: 'Начать выгрузку' }).click();
  await page.getByRole('heading', { name: 'Выгрузки' }).waitFor();
  await journey.desk.kill('SIGKILL');
  await journey.restart();
  await page.reload();
  const item = page.getByRole('listitem').filter({ hasText: 'HTML' });
  await item.getByText('Готова').waitFor({ timeout: 40_000 });
  const findings = await accessibilityFindings(page);
  expect(findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  const loading = page.waitForEvent('download');
  await item.getByRole('link', { name: 'Скачать' }).click();
  const path = join(journey.dataDir, 'conversation.html');
  await (await loading).saveAs(path);
  const file = await readFile(path, 'utf8');
  expect(file).toContain('Когда привезут &lt;диван&gt;?');
  expect(file).toMatch(/<\/html>\n$/);
  // The file itself asks nobody for anything: the journey notes every call to another host.
  const opened = await journey.openPage(`file://${path}`);
  await opened.getByText('Когда привезут <диван>?').waitFor();
  await opened.close();

  await page.goto(`${journey.desk.url}/search?text=диваны`);
  await page.getByRole('link', { name: /диван/ }).first().waitFor();
  await page.getByRole('button', { name: 'Выгрузить найденное' }).click();
  await page.getByLabel('Формат').selectOption('csv');
  await page.getByRole('button', { name: 'Начать выгрузку' }).click();
  const table = page.getByRole('listitem').filter({ hasText: 'CSV' });
  await table.getByText(/Готова, 1 сообщение/).waitFor({ timeout: 20_000 });
  const tableLoading = page.waitForEvent('download');
  await table.getByRole('link', { name: 'Скачать' }).click();
  expect(await readFile(await (await tableLoading).path(), 'utf8')).toContain(';"Когда привезут <диван>?";');

  await page.goto(journey.desk.url);
  await page.getByRole('button', { name: 'Выбрать диалоги' }).click();
  await page.getByRole('checkbox', { name: /диван/ }).click();
  // The one above has written later.
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await page.getByText('Выбрано 2 диалога').waitFor();
  const inList = await accessibilityFindings(page);
  expect(inList.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await page.getByRole('button', { name: 'Выгрузить' }).click();
  await page.getByLabel('Формат').selectOption('xlsx');
  await page.getByRole('button', { name: 'Начать выгрузку' }).click();
  const book = page.getByRole('listitem').filter({ hasText: 'Выбранные диалоги' });
  await book.getByText(/Готова, 2 сообщения/).waitFor({ timeout: 20_000 });

  const admin = await journey.signIn('admin');
  await admin.goto(`${journey.desk.url}/settings/audit`);
  for (const action of ['Запрошена', 'Закончена', 'Скачана'])
    await admin.getByText(new RegExp(action, 'i')).first().waitFor();
  await admin.goto(`${journey.desk.url}/settings/personal-data`);
  await admin
    .getByText(/выгрузка переписки/)
    .first()
    .waitFor();
  expect(journey.problems).toEqual([]);
});

it('prints the thread: every loaded message, and nothing else of the page', async () => {
  for (let no = 1; no <= 45; no += 1)
    await journey.control('clientSends', { userId: 2003, groupId: sampleGroupId, text: `Строка ${no}.` });
  const page = await journey.signIn('maria', { colorScheme: 'dark' });
  await page.locator('[data-conversation-row]', { hasText: 'Строка 45.' }).click();
  // The thread opens at its first unread message.
  await page.getByRole('region', { name: 'Сообщения' }).getByText('Строка 1.', { exact: true }).waitFor();
  const drawn = await page.locator('[data-message-id]').count();
  expect(drawn).toBeLessThan(45);
  // The page's own listeners ran before this one: what it sees goes to the printer.
  await page.evaluate(() => {
    window.addEventListener('beforeprint', () => {
      // The dark theme would print light letters on white.
      const isDark = document.querySelector('[class*="--dark"]') !== null;
      const buttons = [...document.querySelectorAll('main button')].filter((each) => each.checkVisibility());
      Object.assign(window, { printed: { seen: document.body.innerText, isDark, buttons: buttons.length } });
    });
  });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const pdf = await page.pdf();
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  type Printed = { seen: string; isDark: boolean; buttons: number };
  const { seen, ...look } = await page.evaluate(() => (window as unknown as { printed: Printed }).printed);
  expect(look).toEqual({ isDark: false, buttons: 0 });
  for (let no = 1; no <= 45; no += 1) expect(seen).toContain(`Строка ${no}.`);
  for (const other of ['Непрочитанные', 'Телефон', 'Завершить', 'Ctrl+Enter'])
    expect(seen).not.toContain(other);

  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('textbox', { name: 'Ответ клиенту' }).fill('После печати');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('region', { name: 'Сообщения' }).getByText('После печати').waitFor();
  expect(await page.locator('[data-message-id]').count()).toBeLessThan(46);
  expect(journey.problems).toEqual([]);
});
