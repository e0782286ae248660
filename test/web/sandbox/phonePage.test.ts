/** The phones' page in a real browser: what a client sees of service messages in each network and window. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings } from '../../e2e/journey.ts';
import {
  anna,
  type GatewayFixture,
  groupId,
  okGroupId,
  startGateway,
  template,
  vera,
  veraPhone,
} from '../../server/sandbox/gateway/gatewayFixture.ts';
import { openBrowser } from '../../support/browser.ts';

const pageDir = process.env.SANDBOX_PAGE ?? fileURLToPath(new URL('../../../dist/web', import.meta.url));
const waitMs = 8_000;

let gateway: GatewayFixture;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  gateway = await startGateway({ pageDir });
  gateway.sandbox.control.setPerson({ userId: anna, okUserId: 'user:1' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
});
// A page that stays open keeps reading messages in the dialogue that it shows.
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

async function openPage(colorScheme: 'light' | 'dark' = 'light', locale = 'ru-RU'): Promise<Page> {
  const context = await browser.newContext({ colorScheme, locale, viewport: { width: 1600, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  await page.goto(gateway.sandbox.url);
  await page.locator(`[data-user-id="${anna}"]`).waitFor();
  return page;
}

function phoneOf(page: Page, userId: number) {
  return page.locator(`[data-user-id="${userId}"]`);
}

it('N2 (one-way): shows a one-way message in «Уведомления», with no answer field, and reads it', async () => {
  gateway.sandbox.control.registerTemplate({ ...template, name: 'oneWay', oneWay: true });
  const messageId = await gateway.sendOne({ tmpl: 'oneWay' });
  const page = await openPage();
  const phone = phoneOf(page, anna);
  await phone.getByText('Уведомления').click();
  await phone.getByText('Заказ № 7 готов').waitFor();
  expect(await phone.getByRole('textbox').count()).toBe(0);
  expect(await phone.getByText('Заберу сегодня').count()).toBe(0);
  await phone.getByRole('button', { name: 'На карте' }).click();
  await phone.getByText('https://example.org/shop?order=%E2%84%96%207').waitFor();
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
});

it('N1 (statuses), N21 (buttons): reads a service message on opening its dialogue, and answers by a button', async () => {
  const messageId = await gateway.sendOne();
  await gateway.untilStatuses(messageId, ['sent', 'delivered']);
  const page = await openPage();
  const phone = phoneOf(page, anna);
  await phone.getByText('Тестовая лавка').first().click();
  await phone.getByText('Скидка 10 % до воскресенья').last().waitFor();
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
  await phone.getByRole('button', { name: 'Заберу сегодня' }).last().click();
  await gateway.sandbox.control.waitUntil(
    () =>
      gateway.sandbox.control.snapshot({ groupId, userId: anna }).messages.at(-1)?.text === 'Заберу сегодня',
  );
  await phone.getByRole('button', { name: 'На карте' }).last().click();
  await phone.getByText('Открылся бы адрес').waitFor();
  expect(page.context().pages()).toHaveLength(1);
});

it('N19 (time to live): lets messages wait while the phone’s switch says that there is no connection', async () => {
  const page = await openPage();
  const phone = phoneOf(page, anna);
  await phone.getByRole('button', { name: 'Настройки телефона' }).click();
  await page.getByText('Телефон без связи').click();
  await phone.getByText('Нет связи').waitFor();
  const messageId = await gateway.sendOne({ tmpl_data: { order: 'ждущий', percent: '1 %' } });
  await gateway.untilStatuses(messageId, ['sent']);
  await page.getByText('Телефон без связи').click();
  await gateway.untilStatuses(messageId, ['sent', 'delivered']);
});

it('N23 (confirmed phones): shows since when a number is confirmed, and gives it to another person', async () => {
  const page = await openPage();
  const phone = phoneOf(page, vera);
  await phone.getByText('Номер подтверждён').waitFor();
  await phone.getByRole('button', { name: 'Настройки телефона' }).click();
  await page.getByRole('button', { name: 'Подтверждение старше полугода' }).click();
  await phone.getByText('больше полугода назад').waitFor();
  await phone.getByRole('button', { name: 'Настройки телефона' }).click();
  await page.getByLabel('Отдать номер').selectOption({ label: 'Борис Орлов' });
  await phone.getByText('Номер перешёл к другому человеку').waitFor();
  await phoneOf(page, 502).getByText('Номер был чужим и ещё не подтверждён').waitFor();
  gateway.sandbox.control.movePhone({ fromUserId: 502, toUserId: vera });
});

it('N24 (route): shows the message in Odnoklassniki to a person who is only there, and takes a reply', async () => {
  const messageId = await gateway.sendOne({ phone: veraPhone, routes: ['VK', 'OK'] });
  const page = await openPage();
  const phone = phoneOf(page, vera);
  await phone.getByText('Лавка в ОК · ОК').click();
  await phone.getByText('Заказ № 7 готов').waitFor();
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
  await phone.getByRole('button', { name: 'Ответить' }).click();
  await phone.getByRole('textbox', { name: 'Сообщение' }).fill('Буду в шесть');
  await phone.getByRole('textbox', { name: 'Сообщение' }).press('Enter');
  await phone.locator('li', { hasText: 'Буду в шесть' }).locator('blockquote').waitFor();
  expect(gateway.sandbox.control.okSnapshot({ okGroupId, userId: vera }).messages).toMatchObject([
    { isFromGroup: true },
    { text: 'Буду в шесть', isFromGroup: false },
  ]);
});

describe.each(['light', 'dark'] as const)('in %s colours', (colours) => {
  it.each([
    ['ru-RU', 'Уведомления', 'Настройки телефона', 'Неполадки'],
    ['en-US', 'Notifications', 'Phone settings', 'Faults'],
  ])('nothing is wrong with the windows in %s', async (locale, window, settings, faults) => {
    const page = await openPage(colours, locale);
    // The row of an empty window says «no notifications» until the first one comes.
    await phoneOf(page, anna).getByText(window, { exact: true }).click();
    await phoneOf(page, anna).getByRole('article').first().waitFor();
    await phoneOf(page, anna).getByRole('button', { name: '↗' }).first().click();
    await phoneOf(page, vera).getByText('Лавка в ОК').click();
    await phoneOf(page, vera).locator('[data-mid]').first().waitFor();
    await page.getByRole('button', { name: settings }).first().click();
    await page.getByRole('combobox').first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: faults, exact: true }).click();
    await page.getByRole('complementary', { name: faults }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
  });
});
