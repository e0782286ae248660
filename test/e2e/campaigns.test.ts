/** A supervisor sends to a list from a file, and an agent sends a template from a client's card. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TemplateContent } from '../../shared/schemas/template.ts';
import { firstPassword, signIn } from '../support/deskProcess.ts';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

const annaId = 2001;
const annaPhone = '+79990000001';
let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
  await approve('orderReady', {
    body: 'Заказ {order} готов',
    adText: null,
    variables: [{ name: 'order', type: 'text', maxLength: 20, example: '№ 7' }],
    imageIds: [],
    buttons: [{ id: 'today', kind: 'text', label: 'Заберу сегодня' }],
    direction: 'twoWay',
    defaultTtlSeconds: 3600,
    networks: ['vk', 'ok'],
    isUrgent: false,
  });
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

async function approve(name: string, content: TemplateContent): Promise<void> {
  const email = 'admin@example.com';
  const admin = await signIn(journey.desk.url, email, await firstPassword(journey.dataDir, email));
  const made = await admin.call('createTemplate', { body: { name, title: 'Заказ готов', content } });
  const params = { templateId: made.id };
  const { revision } = await admin.call('moveTemplate', {
    params,
    body: { revision: made.revision, move: 'submit' },
  });
  await admin.call('reviewTemplate', { params, body: { revision, decision: 'approve' } });
}

async function seriousFindings(page: Page): Promise<string[]> {
  return (await accessibilityFindings(page))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html, why }) => `${id}: ${html}\n${why}`);
}

/** Saves screenshots for developers when SHOTS names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return;
  await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

it('sends to the valid rows of a file, names the invalid ones, and shows the progress', {
  timeout: 90_000,
}, async () => {
  const page = await journey.signIn('maria');
  await page.getByRole('link', { name: 'Рассылки' }).click();
  await page.getByText('Здесь пока нет рассылок').waitFor();
  await shoot(page, 'empty');
  expect(await seriousFindings(page)).toEqual([]);
  const file = page.locator('input[type=file]');
  const give = (name: string, content: Buffer) =>
    file.setInputFiles({ name, mimeType: 'text/csv', buffer: content });
  await give('старый.xls', Buffer.from('d0cf11e0a1b11ae1d0cf11e0a1b11ae1', 'hex'));
  await page.getByText(/старый.xls: Файл защищён паролем/).waitFor();
  await shoot(page, 'refused-file');
  const rows = [
    `${annaPhone};№ 1`,
    '8 (999) 000-00-02;№ 2',
    'нет телефона;№ 3',
    '79990000001;№ 4',
    '+79990000003;',
  ];
  await give('заказы.csv', Buffer.from(`Телефон;Order\n${rows.join('\n')}\n`));
  await page.getByRole('heading', { name: 'заказы.csv' }).waitFor();
  await shoot(page, 'columns');
  await page.getByLabel('Шаблон', { exact: true }).selectOption('orderReady');
  await expect.poll(() => page.getByLabel('{order}').inputValue()).toBe('1');
  expect(await page.getByLabel('Телефон клиента').inputValue()).toBe('0');
  await page.getByText(`В первых строках: ${annaPhone} · 8 (999) 000-00-02 · нет телефона`).waitFor();
  await page.getByText('В первых строках: № 1 · № 2 · № 3').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Проверить без отправки' }).click();

  const firstRows = page.getByRole('table', { name: 'Первые строки, как они прочитаны' });
  await firstRows.getByRole('row', { name: '3 +79990000002 № 2' }).waitFor();
  await firstRows.getByRole('row', { name: '4 нет телефона (номер не прочитан) № 3' }).waitFor();
  await page.getByText('1 · Номер уже был в строке выше').waitFor();
  await page.getByText('1 · Это не номер телефона').waitFor();
  await page.getByText('1 · Не указано значение переменной').waitFor();
  await page.getByText('Первые из них').click();
  await page.getByText('Строка 5. Этот номер уже был в строке 2').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Скачать неподходящие строки (CSV)' }).click();
  expect((await download).suggestedFilename()).toBe('refused.csv');
  await shoot(page, 'ready');
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByText('Получателей: 2').waitFor();
  await page.getByRole('button', { name: 'Начать сейчас' }).click();
  const phones = await journey.openPage(journey.sandboxUrl, { viewport: { width: 1600, height: 900 } });
  await phones.locator(`[data-user-id="${annaId}"]`).getByText('Заказ № 1 готов').first().waitFor();
  await phones.locator('[data-user-id="2002"]').getByText('Заказ № 2 готов').first().waitFor();
  const bar = page.getByRole('progressbar', { name: 'Отправка' });
  await expect.poll(() => bar.getAttribute('aria-valuetext'), { timeout: 20_000 }).toBe('Обработано 5 из 5');
  await page.getByText('Отправлена', { exact: true }).waitFor();
  await shoot(page, 'done');
  expect(await seriousFindings(page)).toEqual([]);

  // A second list is cancelled at the last moment.
  await page.getByRole('link', { name: /← Рассылки/ }).click();
  await give('позже.csv', Buffer.from('9990000004;№ 5\n+79990000005;№ 6\n'));
  await page.getByLabel('Шаблон', { exact: true }).selectOption('orderReady');
  await page.getByLabel('{order}').selectOption('1');
  const check = page.getByRole('button', { name: 'Проверить без отправки' });
  const asked = page.getByLabel('Первая строка — это клиент?');
  await asked.waitFor();
  expect(await check.isDisabled()).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
  await asked.selectOption('Нет, это заголовки');
  await page.getByText('В первых строках: +79990000005').waitFor();
  await asked.selectOption('Да, это клиент');
  await page.getByText('В первых строках: 9990000004 · +79990000005').waitFor();
  await page.getByRole('button', { name: 'Проверить без отправки' }).click();
  await firstRows.getByRole('row', { name: '1 +79990000004 № 5' }).waitFor();
  await page.getByText('В назначенное время').click();
  await page.getByLabel('Дата и время').fill(inAnHour());
  await page.getByRole('button', { name: 'Начать в это время' }).click();
  await page.getByText(/Начнётся/).waitFor();
  await shoot(page, 'scheduled');
  await page.getByRole('button', { name: 'Отменить', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await shoot(page, 'cancel');
  await dialog.getByRole('button', { name: 'Отменить рассылку' }).click();
  await page.getByText('Отменена', { exact: true }).waitFor();
  await page.getByRole('link', { name: /← Рассылки/ }).click();
  await page.getByRole('link', { name: /позже\.csv/ }).waitFor();
  await shoot(page, 'list');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.getByRole('link', { name: /заказы\.csv/ }).click();
  await bar.waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'done-dark-360');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(journey.problems).toEqual([]);
});

function inAnHour(): string {
  const at = new Date(Date.now() + 3600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

it('sends a template from the card once, and says when the next one is possible', {
  timeout: 90_000,
}, async () => {
  await journey.control('clientSends', { userId: annaId, groupId: sampleGroupId, text: 'Где мой заказ?' });
  // The answer is matched to the list's message, so the desk knows whose phone it is.
  const agent = await journey.signIn('anna');
  await agent.locator('[data-conversation-row]', { hasText: 'Где мой заказ?' }).click();
  await agent.getByText('осталось 4 из 5').waitFor();
  await shoot(agent, 'card');
  for (const order of ['№ 11', '№ 12', '№ 13', '№ 14']) {
    await agent.getByRole('button', { name: 'Отправить шаблон' }).click();
    const dialog = agent.getByRole('dialog');
    await dialog.getByLabel('Шаблон', { exact: true }).selectOption({ label: 'Заказ готов' });
    if (order === '№ 11') {
      await dialog.getByRole('button', { name: 'Отправить', exact: true }).click();
      await dialog.getByText('Не указано значение переменной order').waitFor();
      await shoot(agent, 'dialog-problem');
    }
    await dialog.getByLabel('order', { exact: true }).fill(order);
    await dialog.getByTestId('preview-text').getByText(`Заказ ${order} готов`).waitFor();
    await dialog.getByText(/^16 из 2.048 символов/).waitFor();
    if (order === '№ 12') {
      await shoot(agent, 'dialog');
      expect(await seriousFindings(agent)).toEqual([]);
      await agent.emulateMedia({ colorScheme: 'dark' });
      await shoot(agent, 'dialog-dark');
    }
    await dialog.getByRole('button', { name: 'Отправить', exact: true }).dblclick();
    await dialog.waitFor({ state: 'detached' });
  }
  await agent.getByText(/следующее — /).waitFor();
  await shoot(agent, 'card-spent');
  expect(await seriousFindings(agent)).toEqual([]);
  await agent.getByRole('button', { name: 'Отправить шаблон' }).click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByLabel('Шаблон', { exact: true }).selectOption({ label: 'Заказ готов' });
  await dialog.getByLabel('order', { exact: true }).fill('№ 15');
  await dialog.getByRole('button', { name: 'Отправить', exact: true }).click();
  await dialog
    .getByText(/Клиенту уже отправлено 5 сообщений за 24 часа. Следующее можно отправить/)
    .waitFor();
  await shoot(agent, 'dialog-spent');
  const phones = await journey.openPage(journey.sandboxUrl, { viewport: { width: 1600, height: 900 } });
  const phone = phones.locator(`[data-user-id="${annaId}"]`);
  await phone.getByText('Лавка у моста').first().click();
  await phone.getByText('Заказ № 14 готов').last().waitFor();
  expect(journey.problems).toEqual([]);
});
