/**
 * A supervisor watches deliveries: a message sent by the API appears by itself, is opened, found by phone, exported.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { annaId, annaPhone, type ServiceDesk, startServiceDesk } from '../support/serviceDesk.ts';
import { accessibilityFindings } from './journey.ts';

let desk: ServiceDesk;
let browser: Browser;
let page: Page;
const problems: string[] = [];
const addresses: string[] = [];

beforeAll(async () => {
  desk = await startServiceDesk({ webDir: fileURLToPath(new URL('../../dist/web', import.meta.url)) });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ru-RU' });
  const { cookie } = await desk.as('maria@example.com');
  const cookies = cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: desk.url };
  });
  await context.addCookies(cookies);
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => addresses.push(request.url()));
});
afterAll(async () => {
  await browser?.close();
  await desk?.[Symbol.asyncDispose]();
});

it('shows a message sent by the API with its history, finds it by phone, and exports it', async () => {
  await page.goto(desk.url);
  await page.getByRole('link', { name: 'Доставка' }).click();
  await page.getByText('Сообщений нет').waitFor();

  const id = await desk.send();
  const row = page.locator(`[data-delivery="${id}"]`);
  await row.getByText('Доставлено').waitFor();
  await row.getByText(annaPhone).waitFor();
  desk.sandbox.control.clientReads({ groupId: desk.groupId, userId: annaId });
  await row.getByText('Прочитано').waitFor();
  const later = await desk.send({
    phone: '+79990000004',
    sendAt: new Date(Date.now() + 3600_000).toISOString(),
  });
  await page.locator(`[data-delivery="${later}"]`).getByText('В очереди').waitFor();

  await row.getByRole('link', { name: annaPhone }).click();
  const history = page.getByRole('region', { name: 'История' });
  await history.getByText('Прочитано').waitFor();
  await history.getByText('уже учтено').first().waitFor();
  await page.getByRole('region', { name: 'На телефоне клиента' }).getByText('Заказ №7 готов').waitFor();
  await page.getByText('Ключ «Shop»').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  await page.getByRole('link', { name: /К списку/ }).click();
  // A click on a template's statistics filters by it, and another removes the filter; the keyboard focus stays.
  const template = page
    .getByRole('region', { name: 'По шаблонам' })
    .getByRole('link', { name: 'orderReady' });
  await template.click();
  await page.waitForURL(/template=orderReady/);
  await page.getByText('За последние 24 часа · Шаблон orderReady').waitFor();
  expect(await template.getAttribute('aria-current')).toBe('true');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.search.includes('template'));

  await page.getByLabel('Телефон').fill('8 (999) 000-00-04');
  await page.getByRole('button', { name: 'Найти' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByText('По отдельным клиентам статистика не ведётся').waitFor();
  await page.locator(`[data-delivery="${later}"]`).waitFor();
  await page.getByLabel('Статус').selectOption('queued');
  await page.waitForURL(/status=queued/);
  await page.locator(`[data-delivery="${later}"]`).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Скачать CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^deliveries-queued-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`"${later}"`);
  expect(lines[1]).toContain('"В очереди"');
  expect(lines[1]).toContain('"Заказ №7 готов"');

  await page.locator(`[data-delivery="${later}"] a`).first().click();
  await page.getByRole('button', { name: 'Отменить' }).click();
  await page.getByText('Отменено до отправки').first().waitFor();
  // The button is gone, but the keyboard focus is not lost.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');

  // No address of a page contained the phone that was searched for.
  expect(addresses.filter((address) => /9990000004|000-00-04/.test(decodeURIComponent(address)))).toEqual([]);
  expect(problems).toEqual([]);
});
