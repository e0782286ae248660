/** A supervisor reviews a conversation: who did what, what the client got, and the client's whole history. */
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
  expect(await thread.getByText('Добавлена метка').count()).toBe(0);
  await agent.getByRole('button', { name: 'События' }).click();
  await thread.getByText(/Добавлена метка «возврат» · Анна.*, \d\d:\d\d/).waitFor();

  const page = await journey.signIn('maria');
  await page.goto(agent.url());
  await page.getByRole('tab', { name: 'События' }).click();
  const events = page.getByRole('region', { name: 'События диалога' });
  await events.getByText('Первый ответ через').waitFor();
  await events.getByText('Решён за').waitFor();
  await events.getByText(/Просмотр диалога · Анна/).waitFor();
  await events.getByText(/Добавлена метка «возврат» · Анна/).waitFor();
  const findings = await accessibilityFindings(page);
  expect(findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);

  await page.getByRole('tab', { name: 'Клиент' }).click();
  await page.getByRole('link', { name: 'Вся история клиента' }).click();
  await page.getByRole('heading', { name: 'Вся история клиента' }).waitFor();
  const answer = page.getByRole('article').filter({ hasText: 'до пятницы' });
  const onHistory = await accessibilityFindings(page);
  expect(onHistory.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await answer.getByRole('link', { name: 'Открыть в диалоге' }).click();
  await page.locator('[data-message-id]', { hasText: 'до пятницы' }).waitFor();
  expect(journey.problems).toEqual([]);
});
