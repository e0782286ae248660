/** A supervisor makes a canned answer; an agent sends it by keyboard, with the client's name; its use is counted. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

async function seriousFindings(page: Page): Promise<string[]> {
  return (await accessibilityFindings(page))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html, why }) => `${id}: ${html}\n${why}`);
}

it('goes from the supervisor’s page to the client by a slash and two presses of Enter', async () => {
  await journey.control('clientAllows', { userId: 2001, groupId: sampleGroupId });
  await journey.control('clientSends', { userId: 2001, groupId: sampleGroupId, text: 'Где мой заказ?' });

  const anna = await journey.signIn('anna', { colorScheme: 'dark' });
  await anna.locator('[data-conversation-row]').first().click();
  const field = anna.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('/');
  await anna.getByText('Готовых ответов пока нет').waitFor();
  await field.press('Escape');

  const maria = await journey.signIn('maria');
  await maria.getByRole('link', { name: 'Готовые ответы' }).click();
  await maria.getByText('Сохраните сюда тексты').waitFor();
  await maria.getByRole('button', { name: 'Новый ответ' }).click();
  const dialog = maria.getByRole('dialog');
  await dialog.getByLabel('Название').fill('Где заказ');
  await dialog.getByLabel('Папка').fill('Доставка');
  await dialog.getByRole('textbox', { name: 'Текст' }).fill(', заказ уже в пути.');
  await dialog.getByRole('textbox', { name: 'Текст' }).press('Home');
  await dialog.getByRole('button', { name: 'Вставить: имя клиента' }).click();
  await expect.poll(() => dialog.getByTestId('canned-preview').innerText()).toBe('Мария, заказ уже в пути.');
  expect(await seriousFindings(maria)).toEqual([]);
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  await dialog.waitFor({ state: 'detached' });
  const group = maria.getByRole('region', { name: 'Общие · Доставка' });
  await group.getByText('использован 0 раз').waitFor();
  expect(await seriousFindings(maria)).toEqual([]);

  // The agent's tab read the empty list before: it has heard of the change since.
  await field.fill('');
  await anna.keyboard.type('/заказы');
  const option = anna.getByRole('option', { name: /Где заказ/ });
  await option.waitFor();
  expect(await option.getAttribute('aria-selected')).toBe('true');
  expect(await seriousFindings(anna)).toEqual([]);
  await anna.keyboard.press('Enter');
  const filled = await field.inputValue();
  expect(filled).toMatch(/^Анна, заказ уже в пути\.$/);
  await anna.keyboard.press('Control+Enter');
  await anna.locator('[data-status=sent], [data-status=read]').first().waitFor();

  const { phone } = await journey.openPhone(2001);
  await phone.getByText(filled).first().waitFor();

  await expect
    .poll(
      async () => {
        await maria.reload();
        return group.locator('li').innerText();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toContain('использован 1 раз');

  // The agent sees it too, without the actions of supervisors.
  await anna.getByRole('link', { name: 'Готовые ответы' }).click();
  await anna.getByRole('region', { name: 'Общие · Доставка' }).waitFor();
  expect(await anna.getByRole('button', { name: 'Удалить: Где заказ' }).count()).toBe(0);
  expect(journey.problems).toEqual([]);
}, 120_000);
