/**
 * "What did we tell this client last week about the refund, who answered, and how fast?" By keyboard alone, from the
 * sign-in to the file, in less than a minute of hands.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstPassword, signIn } from '../support/deskProcess.ts';
import { until } from '../support/until.ts';
import { type Journey, startJourney } from './journey.ts';

const sample = new URL('../../dist/server/sample.js', import.meta.url).pathname;
const DAY_MS = 86_400_000;
const DAYS = 9;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({
    async fill(env) {
      await promisify(execFile)(
        process.execPath,
        [sample, 'month', '--days', String(DAYS), '--per-day', '8'],
        {
          env: { PATH: process.env.PATH ?? '', ...env },
        },
      );
    },
  });
}, 120_000);
afterAll(async () => journey?.[Symbol.asyncDispose]());

/** A fast typist's keys come about five a second. */
const KEY_MS = 200;
/** A page that needs more presses of Tab than this is not made for the keyboard. */
const TABS_MOST = 40;

class Hands {
  keys = 0;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(key: string): Promise<void> {
    this.keys += 1;
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.keys += text.length;
    await this.page.keyboard.type(text);
  }

  /** Goes on with Tab until this has the focus. */
  async reach(what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await what.waitFor();
    for (let tabs = 0; tabs < TABS_MOST; tabs += 1) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await this.press(key);
    }
    throw new Error(`${what} was not reached in ${TABS_MOST} presses of ${key}`);
  }
}

it('is answered within a minute, from the sign-in to a page in HTML', async () => {
  const password = await firstPassword(journey.dataDir, 'maria@example.com');
  const maria = await signIn(journey.desk.url, 'maria@example.com', password);
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS);
  const told = await until(
    'the search to know the answer',
    async () => {
      const { hits, index } = await maria.call('search', {
        query: {
          text: 'возврат',
          kinds: 'answer',
          from: day(DAYS).toISOString(),
          before: day(2).toISOString(),
        } as never,
      });
      return index.builtThreads === null && hits.find(({ author }) => author.personId !== null);
    },
    { timeoutMs: 60_000 },
  );

  const page = await journey.openPage(journey.desk.url);
  const hands = new Hands(page);
  await page.getByLabel('Пароль').waitFor();
  await hands.type('maria@example.com');
  await hands.press('Tab');
  await hands.type(password);
  await hands.press('Enter');
  await page.getByRole('radiogroup').first().waitFor();

  await hands.press('/');
  await page.getByRole('searchbox', { name: 'Поиск' }).waitFor();
  await hands.type('возврат');
  await hands.press('Tab');
  await hands.reach(page.getByLabel('Сообщения', { exact: true }));
  // "Ответы компании" is the second kind.
  await hands.press('ArrowDown');
  await hands.press('ArrowDown');
  await hands.reach(page.getByLabel('По', { exact: true }));
  // The fields of the tests' Chromium are in the American order.
  const [year, month, date] = day(2).toISOString().slice(0, 10).split('-');
  await hands.type(`${month}${date}${year}`);
  await page.waitForURL((url) => url.searchParams.get('to') === `${year}-${month}-${date}`);
  const hit = page.locator(`a[href$="#${told.messageId}"]`);
  await hands.reach(hit);
  await hands.press('Enter');

  const message = page.locator(`[data-message-id="${told.messageId}"]`);
  await message.waitFor();
  expect(await message.textContent()).toContain(told.author.name);
  await hands.reach(page.getByRole('tab', { name: 'Клиент' }));
  await hands.press('ArrowRight');
  await page.getByText('Первый ответ через').first().waitFor();

  await hands.press('ArrowLeft');
  await hands.reach(page.getByRole('button', { name: 'Выгрузить переписку' }));
  await hands.press('Enter');
  await page.getByRole('dialog').waitFor();
  await hands.reach(page.getByRole('button', { name: 'Начать выгрузку' }));
  await hands.press('Enter');
  const link = page.getByRole('link', { name: 'Скачать' }).first();
  await link.waitFor({ timeout: 20_000 });
  await hands.reach(link);
  const loading = page.waitForEvent('download');
  await hands.press('Enter');
  const file = await readFile(await (await loading).path(), 'utf8');

  expect(file).toContain(told.author.name);
  expect(file).toContain(told.conversation.client.name);
  expect(file).toMatch(/возврат/i);
  expect(hands.keys * KEY_MS).toBeLessThan(60_000);
  expect(journey.problems).toEqual([]);
});
