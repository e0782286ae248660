/** The program dies while an agent works, and comes back: the agent's answer is neither lost nor sent twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Journey, sampleGroupId, startJourney } from './journey.ts';

const BACK_WITHIN_MS = 20_000;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('keeps an answer that could not reach the desk, and sends it once when the desk is back', async () => {
  await journey.control('clientSends', { userId: 2001, groupId: sampleGroupId, text: 'Вы тут?' });
  const agent = await journey.signIn('anna');
  await agent.locator('[data-conversation-row]', { hasText: 'Вы тут?' }).click();
  const field = agent.getByRole('textbox', { name: 'Ответ клиенту' });
  await field.fill('Мы ');
  await journey.desk.kill('SIGKILL');
  await agent.getByText(/Восстанавливаем связь|Нет связи с сервером/).waitFor();
  await field.pressSequentially('здесь');
  await field.press('Control+Enter');
  await agent.getByText(/Не отправлено: нет связи/).waitFor();
  expect(await field.inputValue()).toBe('');

  await journey.restart();
  const answer = agent.locator('[data-message-id]', { hasText: 'Мы здесь' });
  await answer.locator('[data-status=sent], [data-status=read]').waitFor({ timeout: BACK_WITHIN_MS });
  const { phone } = await journey.openPhone(2001);
  await phone.getByText('Мы здесь').waitFor();
  expect(await phone.locator('[data-cmid]', { hasText: 'Мы здесь' }).count()).toBe(1);
  expect(await answer.count()).toBe(1);
  expect(journey.problems).toEqual([]);
});
