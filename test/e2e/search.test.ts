/** Looking something up by keyboard alone: from an answer that is being written to the message, and back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('finds a message in another form of its word, opens it in its thread, and comes back to the draft', async () => {
  const say = (userId: number, text: string) =>
    journey.control('clientSends', { userId, groupId: sampleGroupId, text });
  await say(2001, 'Перфоратор не включается, хочу оформить возврат');
  for (let no = 1; no <= 30; no += 1) await say(2001, `Вопрос ${no}`);
  await say(2002, 'А вы можете ответить?');

  const page = await journey.signIn('anna', { colorScheme: 'dark' });
  await page.locator('[data-conversation-row]', { hasText: 'А вы можете' }).click();
  const field = page.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('Сейчас посмотрю, что мы обещали');
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox', { name: 'Поиск' }).waitFor();
  await page.keyboard.type('перфораторы возврата');
  const hit = page.getByRole('link', { name: /хочу оформить возврат/ });
  await hit.waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['Перфоратор', 'возврат']);
  const findings = await accessibilityFindings(page);
  expect(findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const message = page.locator('[data-message-id]', { hasText: 'Перфоратор не включается' });
  await message.waitFor();
  await expect.poll(() => message.isVisible()).toBe(true);

  await page.goBack();
  await hit.waitFor();
  await page.goBack();
  expect(await field.inputValue()).toBe('Сейчас посмотрю, что мы обещали');
  expect(journey.problems).toEqual([]);
});
