/** A client of Odnoklassniki and an agent, and an administrator who connects a group. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OkDialogueSnapshot } from '../../shared/sandbox.ts';
import { until } from '../support/until.ts';
import { type Journey, startJourney } from './journey.ts';

const okGroupId = '200500';
const userId = 2001;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('shows a client of OK in the inbox, marked OK, and carries the answer to the phone', async () => {
  const agent = await journey.signIn('anna');
  await journey.control('okClientSends', { okGroupId, userId, text: 'Пишу из ОК', imageUrls: [] });
  const row = agent.locator('[data-conversation-row]', { hasText: 'Пишу из ОК' });
  await row.locator('[data-network="ok"]').waitFor();
  await row.click();
  await agent.locator('header [data-network="ok"]').waitFor();
  await agent.locator('#composer-text:enabled').fill('Отвечаю в ОК');
  await agent.locator('#composer-text').press('Control+Enter');
  await until('the answer on the phone', async () => {
    const { messages } = (await journey.control('okSnapshot', { okGroupId, userId })) as OkDialogueSnapshot;
    return messages.some(({ text, isFromGroup }) => isFromGroup && text === 'Отвечаю в ОК');
  });
  expect(journey.problems).toEqual([]);
});

it('lets an administrator connect a group by its number, name and key', async () => {
  await journey.control('createOkGroup', { okGroupId: '200501', name: 'Вторая', token: 'second-ok-token' });
  const admin = await journey.signIn('admin');
  await admin.getByRole('link', { name: 'Настройки' }).click();
  await admin.getByRole('link', { name: 'Сообщества' }).click();
  await admin.getByRole('button', { name: 'Подключить сообщество' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Соцсеть').selectOption('ok');
  await dialog.getByLabel('ID группы').fill('200501');
  await dialog.getByLabel('Название группы').fill('Вторая группа');
  await dialog.getByLabel('Ключ доступа сообщества').fill('no-such-token');
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  await dialog.getByText(/не принимает этот ключ/).waitFor();
  await dialog.getByLabel('Ключ доступа сообщества').fill('second-ok-token');
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  const card = admin.getByRole('region', { name: 'Вторая группа' });
  await card.getByText('На связи').waitFor();
  expect(journey.problems).toEqual([]);
});
