/** A supervisor's morning: who waits too long, their conversation, and the report of the month. */
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientModel } from '../../server/clients/client.model.ts';
import { communityModel } from '../../server/communities/community.model.ts';
import { companyModel } from '../../server/companies/company.model.ts';
import { connectDatabase } from '../../server/storage/database.ts';
import { openEmbeddedStore } from '../../server/storage/embedded/open.ts';
import { drafts, figuresOver } from '../server/figures/figuresFixture.ts';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
  await journey.desk.kill('SIGTERM');
  await seed();
  await journey.restart();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = 12;
const COUNTED_MS = 20_000;

/** Four answered conversations on each of twelve days, and one client who has waited for a day. */
async function seed(): Promise<void> {
  const store = await openEmbeddedStore({ dataDir: journey.dataDir, logger: pino({ level: 'silent' }) });
  const connection = await connectDatabase(store.uri);
  try {
    const { _id: companyId } = await companyModel(connection).findOne().orFail();
    const { _id: communityId } = await communityModel(connection).findOne().orFail();
    const figures = figuresOver(connection);
    const today = Date.now();
    const openOf = async (name: string) => {
      const opened = await figures.openConversation(companyId, communityId, name);
      await clientModel(connection).create({
        _id: opened.clientId,
        companyId,
        name,
        bonds: [
          {
            key: `vk:${opened.peerId}`,
            network: 'vk',
            externalUserId: opened.peerId,
            bondedAt: opened.createdAt,
          },
        ],
        firstSeenAt: opened.createdAt,
      });
      return opened;
    };
    for (let day = 0; day < DAYS; day += 1)
      for (let nth = 0; nth < 4; nth += 1) {
        const thread = await openOf(`Клиент ${day}-${nth}`);
        const at = (minutes: number) =>
          new Date(today - (day + 1) * DAY_MS + (nth * 95 + minutes) * MINUTE_MS);
        await figures.append(thread, drafts.reply(at(0)));
        await figures.append(thread, drafts.answer(at(4 + nth), 1));
        await figures.append(thread, drafts.line(at(40), 'resolved', 1));
      }
    const late = await openOf('Забытая Клиентка');
    await figures.append(late, drafts.reply(new Date(today - DAY_MS)));
  } finally {
    await connection.close();
    await store.close();
  }
}

it('goes from the wall to a late answer, leaves the agent a note there, and reads the month', async () => {
  const page = await journey.signIn('maria');
  const tile = (name: string) => page.locator('dl > div', { has: page.getByText(name, { exact: true }) });
  await page
    .locator('[data-conversation-row]', { hasText: 'Забытая Клиентка' })
    .getByText(/просрочен на/)
    .waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  // The desk counts older threads in the background.
  await tile('Просрочено').getByRole('link', { name: '1', exact: true }).click({ timeout: COUNTED_MS });

  await page.getByText(/Первый ответ нужен был к/).waitFor();
  const states = page.getByRole('navigation', { name: 'Какие просрочки показать' }).getByRole('link');
  await states.last().click();
  await expect
    .poll(() => states.evaluateAll((links) => links.map((link) => link.getAttribute('aria-current'))))
    .toEqual([null, 'page']);
  await states.first().click();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('link', { name: 'Забытая Клиентка' }).click();
  await page.getByRole('textbox', { name: 'Ответ клиенту' }).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('Анна, ответьте, пожалуйста, до обеда');
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-message-id]', { hasText: 'до обеда' }).getByText('Заметка для коллег').waitFor();

  await page.getByRole('link', { name: 'Отчёты', exact: true }).click();
  const answers = String(DAYS * 4);
  const shown = async () => {
    await page.reload();
    return tile('Ответы').locator('dd').first().textContent();
  };
  await expect.poll(shown, { timeout: COUNTED_MS, interval: 1_000 }).toBe(answers);
  expect(await tile('Завершено').locator('dd').first().textContent()).toBe(answers);
  expect(await tile('Первый ответ, медиана').locator('dd').first().textContent()).toBe('5 мин');
  expect(await accessibilityFindings(page)).toEqual([]);

  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Скачать CSV: По сотрудникам' }).click();
  expect((await file).suggestedFilename()).toBe('person.csv');

  await page.getByLabel('С', { exact: true }).fill('2010-01-01');
  await page.getByText('Отчёт можно построить не больше чем за 366 дней').waitFor();
  await page.getByLabel('По', { exact: true }).fill('2009-01-01');
  await page.getByText('Период заканчивается раньше, чем начинается').waitFor();
  expect(journey.problems).toEqual([]);
});

it('asks a client in the company’s words, and shows the mark and its comment to the supervisor', async () => {
  const admin = await journey.signIn('admin');
  await admin.goto(`${journey.desk.url}/settings/communities`);
  const community = admin.getByRole('region', { name: /Лавка у моста, ВКонтакте/ });
  await community.getByText('Просить клиента оценить ответ').click();
  await community.getByLabel('Текст вопроса').fill('Мы вам помогли? 1 — нет, 5 — да');
  await community.getByRole('button', { name: 'Сохранить' }).click();
  await expect.poll(() => community.getByRole('button', { name: 'Сохранить' }).isDisabled()).toBe(true);
  await admin.context().close();

  const where = { userId: 2001, groupId: sampleGroupId };
  await journey.control('clientSends', { ...where, text: 'Спасибо, всё пришло' });
  const page = await journey.signIn('maria');
  await page.locator('[data-conversation-row]', { hasText: 'Спасибо, всё пришло' }).click();
  await page.getByRole('button', { name: 'Завершить' }).click();
  const { phone } = await journey.openPhone(where.userId);
  await phone.getByText('Мы вам помогли?').first().waitFor();
  await phone.getByRole('button', { name: '2', exact: true }).click();
  await page.getByText('Клиент поставил оценку: 2 из 5').waitFor();
  await journey.control('clientSends', { ...where, text: 'Но пакет порвался' });
  await page.getByText('Комментарий к оценке').waitFor();

  await page.getByRole('link', { name: 'Отчёты', exact: true }).click();
  await page.getByRole('link', { name: 'Оценки клиентов' }).click();
  const tile = page.locator('dl > div', { has: page.getByText('Средняя оценка', { exact: true }) });
  const shown = async () => {
    await page.reload();
    return tile.locator('dd').first().textContent();
  };
  await expect.poll(shown, { timeout: 10_000, interval: 500 }).toBe('2');
  await page.getByText('Но пакет порвался').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Скачать CSV: По сотрудникам' }).click();
  expect((await file).suggestedFilename()).toBe('ratings-person.csv');

  await page.getByRole('link', { name: /Оценка 2, .*открыть диалог/ }).press('Enter');
  await page.getByText('Комментарий к оценке').waitFor();
  expect(journey.problems).toEqual([]);
});

it('draws a sample, reviews its cases beside their threads, and shows the averages', async () => {
  const admin = await journey.signIn('admin');
  await admin.goto(`${journey.desk.url}/settings/quality`);
  for (const name of ['Вежливость', 'Решение вопроса']) {
    await admin.getByRole('button', { name: 'Добавить критерий' }).click();
    await admin
      .getByLabel(/^Критерий \d+$/)
      .last()
      .fill(name);
  }
  await admin.getByRole('button', { name: 'Сохранить' }).click();
  await admin.getByRole('button', { name: 'В архив' }).first().waitFor();
  expect(await accessibilityFindings(admin)).toEqual([]);
  await admin.context().close();

  const page = await journey.signIn('maria');
  await page.goto(`${journey.desk.url}/quality`);
  await page.getByLabel('Сколько диалогов').fill('2');
  await page.getByRole('button', { name: 'Сделать выборку' }).click();
  await page.getByText('проверено 0 из 2').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page
    .getByRole('link', { name: /^Клиент/ })
    .first()
    .click();
  const panel = page.getByRole('region', { name: 'Качество' });
  await panel.getByRole('group', { name: 'Вежливость' }).getByLabel('5').check();
  await panel.getByRole('group', { name: 'Решение вопроса' }).getByLabel('2').check();
  await panel.getByLabel('Комментарий').fill('Вежливо, но без решения');
  expect(await accessibilityFindings(page)).toEqual([]);
  await panel.getByRole('button', { name: 'Сохранить' }).click();
  await panel.getByRole('article').getByText('Вежливо, но без решения').waitFor();
  await panel.getByText('проверено 1 из 2').waitFor();
  await panel.getByRole('link', { name: 'Следующий диалог' }).click();
  await panel.getByRole('heading', { name: 'Оценка диалога' }).waitFor();

  await page.goto(`${journey.desk.url}/quality`);
  await page.getByText('проверено 1 из 2').waitFor();
  const tile = page.locator('dl > div', { has: page.getByText('Средняя оценка', { exact: true }) });
  expect(await tile.locator('dd').first().textContent()).toBe('3,5');
  expect(await accessibilityFindings(page)).toEqual([]);

  const agent = await journey.signIn('anna');
  await agent.getByRole('button', { name: /Моё меню/ }).click();
  await agent.getByRole('button', { name: 'Оценки моей работы' }).click();
  await agent.getByText('Ваши диалоги ещё не проверяли').waitFor();
  expect(journey.problems).toEqual([]);
});

it('is for supervisors: an agent has no such link, and is refused at the address', async () => {
  const page = await journey.signIn('anna');
  expect(await page.getByRole('link', { name: 'Отчёты' }).count()).toBe(0);
  for (const path of ['reports', 'breaches', 'ratings', 'quality']) {
    await page.goto(`${journey.desk.url}/${path}`);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('dl').count()).toBe(0);
  }
});
