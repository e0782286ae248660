/** Two agents and a supervisor over one conversation: unread is each person's own, waiting is the same for all. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

const write = (text: string) =>
  journey.control('clientSends', { userId: 2001, groupId: sampleGroupId, text });
const rowOf = (page: Page) => page.locator('[data-conversation-row]').first();
/** Resolves when the row has this mark of unread replies; an empty text: none. */
async function showsUnread(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const row = document.querySelector<HTMLElement>('[data-conversation-row]');
    return row && (wanted === '' ? row.dataset.unread === 'false' : row.textContent?.includes(wanted));
  }, text);
}
/** By keyboard alone: into the list, then the conversation. */
async function openByKeyboard(page: Page): Promise<void> {
  await page.bringToFront();
  await rowOf(page).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-message-id]').first().waitFor();
}
async function serious(page: Page): Promise<string[]> {
  const findings = await accessibilityFindings(page);
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html, why }) => `${id}: ${html}\n${why}`);
}

/** What a row says of a client who waits. */
const waits = (page: Page) => rowOf(page).getByText(/ждёт|осталось|просрочен/);

it('lets a supervisor look unnoticed, and each agent keep their own place, until somebody answers', async () => {
  await write('Когда придёт заказ?');
  const [anna, ivan, maria] = [
    await journey.signIn('anna'),
    await journey.signIn('ivan'),
    await journey.signIn('maria'),
  ];
  await write('И можно ли его перенести?');
  for (const page of [anna, ivan, maria]) await showsUnread(page, '2 непрочитанных');

  await openByKeyboard(anna);
  await showsUnread(anna, '');
  await openByKeyboard(maria);
  await maria.getByText('смотрит этот диалог').waitFor();
  // Anna would see Maria here, and Ivan would see his own mark go, if looking told anybody.
  await write('Ау');
  await showsUnread(ivan, '3 непрочитанных');
  await showsUnread(maria, '3 непрочитанных');
  expect(await anna.getByText('смотрит этот диалог').count()).toBe(0);
  for (const page of [anna, ivan, maria]) await waits(page).waitFor();

  // The switch is in her own menu, within reach of the keyboard.
  await maria.getByRole('button', { name: 'Моё меню' }).press('Enter');
  const choice = maria.getByRole('switch', { name: /Отмечать прочитанным при открытии/ });
  expect(await choice.isChecked()).toBe(false);
  expect(await serious(maria)).toEqual([]);
  await choice.press('Space');
  await maria.keyboard.press('Escape');
  await showsUnread(maria, '');
  await anna.getByText('Мария Орлова смотрит этот диалог').waitFor();
  await showsUnread(ivan, '3 непрочитанных');

  // An old bookmark shows what waits, and an answer ends the wait for everybody.
  await ivan.goto(`${journey.desk.url}/?unread=true`);
  expect(await ivan.getByRole('radio', { name: /^Ждут ответа/ }).isChecked()).toBe(true);
  await rowOf(ivan).waitFor();
  expect(await serious(ivan)).toEqual([]);
  await anna.bringToFront();
  await anna.getByRole('textbox', { name: 'Ответ клиенту' }).fill('Завтра, перенести можно');
  await anna.keyboard.press('Control+Enter');
  await ivan.getByText('Все клиенты получили ответ').waitFor();
  await ivan.getByRole('radio', { name: 'Все', exact: true }).press('Enter');
  await showsUnread(ivan, '');
  expect(await waits(ivan).count()).toBe(0);
  expect(journey.problems).toEqual([]);
});
