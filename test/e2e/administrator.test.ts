/** An administrator's settings, and how they reach other people's open screens. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('connects a community, and its clients come into the inbox', async () => {
  await journey.control('createCommunity', { groupId: 100_501, name: 'Вторая лавка', token: 'second-token' });
  const admin = await journey.signIn('admin');
  await admin.getByRole('link', { name: 'Настройки' }).click();
  await admin.getByRole('link', { name: 'Сообщества' }).click();
  await admin.getByRole('button', { name: 'Подключить сообщество' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Ключ доступа сообщества').fill('no-such-token');
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  await dialog.getByText(/не принимает этот ключ/).waitFor();
  await dialog.getByLabel('Ключ доступа сообщества').fill('second-token');
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  const card = admin.getByRole('region', { name: 'Вторая лавка' });
  await card.getByText('На связи').waitFor();
  await journey.control('clientSends', { userId: 2001, groupId: 100_501, text: 'А вы тоже лавка?' });
  await admin.getByRole('link', { name: 'Диалоги' }).click();
  await admin.locator('[data-conversation-row]', { hasText: 'А вы тоже лавка?' }).waitFor();
  expect(journey.problems).toEqual([]);
});

it('adds a person, who signs in; after a change of role they sign in again and get its screens', async () => {
  const admin = await journey.signIn('admin');
  await admin.getByRole('link', { name: 'Настройки' }).click();
  await admin.getByRole('link', { name: 'Сотрудники' }).click();
  await admin.getByRole('button', { name: 'Добавить сотрудника' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Имя').fill('Вера Новикова');
  await dialog.getByLabel('Эл. почта').fill('vera@example.com');
  await dialog.getByLabel('Начальный пароль').fill('первый пароль 1');
  await dialog.getByRole('button', { name: 'Добавить' }).click();
  await dialog.waitFor({ state: 'detached' });

  const vera = await journey.openPage(journey.desk.url);
  const signIn = async (password: string) => {
    await vera.fill('input[type=email]', 'vera@example.com');
    await vera.fill('input[type=password]', password);
    await vera.keyboard.press('Enter');
  };
  await signIn('первый пароль 1');
  // The administrator knows this password, so Vera has to choose her own.
  await vera.getByRole('heading', { name: 'Придумайте свой пароль' }).waitFor();
  expect(await accessibilityFindings(vera)).toEqual([]);
  await vera.getByLabel('Новый пароль').fill('мой собственный 2');
  await vera.keyboard.press('Enter');
  await vera.locator('[role=radiogroup]').waitFor();
  expect(await vera.getByRole('link', { name: 'Настройки' }).count()).toBe(0);

  // Old sessions do not get the new rights.
  await admin.getByLabel('Роль: Вера Новикова').selectOption('administrator');
  await vera.getByText('Сеанс завершён. Войдите снова').waitFor();
  await signIn('мой собственный 2');
  await vera.getByRole('link', { name: 'Настройки' }).waitFor();
  expect(journey.problems).toEqual([]);
});

it('switches a community off and on, and an agent who is answering sees both at once', async () => {
  await journey.control('clientSends', { userId: 2002, groupId: sampleGroupId, text: 'Вы работаете?' });
  const agent = await journey.signIn('anna');
  await agent.locator('[data-conversation-row]', { hasText: 'Вы работаете?' }).click();
  await agent.locator('#composer-text:enabled').waitFor();
  const admin = await journey.signIn('admin');
  await admin.getByRole('link', { name: 'Настройки' }).click();
  await admin.getByRole('link', { name: 'Сообщества' }).click();
  const card = admin.getByRole('region', { name: 'Лавка у моста, ВКонтакте' });
  await card.getByRole('button', { name: 'Выключить' }).click();
  await agent.getByText('Сообщество выключено администратором').waitFor();
  await card.getByRole('button', { name: 'Включить' }).click();
  await agent.locator('#composer-text:enabled').waitFor();
  expect(journey.problems).toEqual([]);
});

it('marks the company as a bank after a confirmation, blocks a phone, and shows who did both', async () => {
  const admin = await journey.signIn('admin');
  await admin.getByRole('link', { name: 'Настройки' }).click();
  await admin.getByRole('link', { name: 'Компания' }).click();
  await admin.getByText('Ограничение действует').waitFor();
  await admin.getByRole('button', { name: 'Снять ограничение' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Снять ограничение?' });
  await dialog.getByRole('button', { name: 'Компания — банк, снять ограничение' }).click();
  await dialog.waitFor({ state: 'detached' });
  await admin.getByText(/Компания — банк, ограничение снято · Администратор/).waitFor();
  await admin.getByLabel('Телефон').fill('8 900');
  await admin.getByRole('button', { name: 'Добавить в список' }).click();
  await admin.getByText(/Это не номер телефона/).waitFor();
  await admin.getByLabel('Телефон').fill('+7 900 123-45-67');
  await admin.getByRole('button', { name: 'Добавить в список' }).click();
  await admin.getByRole('button', { name: 'Убрать +79001234567 из списка' }).waitFor();
  const log = admin.getByRole('region', { name: 'Журнал изменений' });
  await log.getByText('Компания отмечена как банк').waitFor();
  await log.getByText(/Номер \+7•+67 добавлен/).waitFor();
  expect(await accessibilityFindings(admin)).toEqual([]);
  expect(journey.problems).toEqual([]);
});
