/** Checks every screen with axe, in light and dark colours. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

async function seriousFindings(page: Page): Promise<string[]> {
  const findings = await accessibilityFindings(page);
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html, why }) => `${id}: ${html}\n${why}`);
}

describe.each(['light', 'dark'] as const)('in %s colours there are no serious problems on', (colorScheme) => {
  it('the sign-in, also after a refusal', async () => {
    const page = await journey.openPage(journey.desk.url, { colorScheme });
    await page.locator('input[type=email]').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.fill('input[type=email]', 'nobody@example.com');
    await page.fill('input[type=password]', 'wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Неверная почта или пароль').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('the empty list, the list with a thread and a card, the shortcuts, the menu, the help', async () => {
    const page = await journey.signIn('anna', { colorScheme });
    await page.getByRole('radio', { name: 'Завершённые' }).click();
    await page.getByText('Здесь пока пусто').waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    const where = { userId: 2001, groupId: sampleGroupId };
    await journey.control('clientSends', { ...where, text: `Проверка ${colorScheme}` });
    await journey.control('clientSends', { ...where, geo: { latitude: 59.9, longitude: 30.3 } });
    await page.getByRole('radio', { name: /Все/ }).click();
    await page.locator('[data-conversation-row]').first().click();
    await page.getByRole('textbox', { name: 'Ответ клиенту' }).fill('Отвечаем');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-status=sent], [data-status=read]').first().waitFor();
    await page.getByRole('heading', { name: 'Метки' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    const card = page.getByRole('complementary', { name: 'Клиент' });
    for (const opener of [
      'Связать с номером',
      'Уведомления',
      'Сервисные сообщения',
      'Объединить с другим клиентом',
    ]) {
      await card.getByRole('button', { name: opener }).click();
      await page.getByRole('dialog').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }

    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Моё меню' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Помощь' }).click();
    await page.getByRole('heading', { name: 'Помощь' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("the administrator's screens", async () => {
    const page = await journey.signIn('admin', { colorScheme });
    await page.getByRole('link', { name: 'Настройки' }).click();
    await page.getByRole('link', { name: 'Сообщества' }).click();
    await page.getByRole('heading', { name: 'Лавка у моста' }).first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Подключить сообщество' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Сотрудники' }).click();
    await page.getByText('anna@example.com').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Добавить сотрудника' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("the sandbox's phones", async () => {
    const page = await journey.openPage(journey.sandboxUrl, {
      colorScheme,
      viewport: { width: 1600, height: 900 },
    });
    const phone = page.locator('[data-user-id="2001"]');
    await phone.getByText('Лавка у моста').first().click();
    await phone.getByRole('textbox').fill('Здравствуйте');
    await phone.getByRole('textbox').press('Enter');
    await phone.getByText('Здравствуйте').last().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await phone.getByRole('button', { name: 'Настройки телефона' }).click();
    await page.getByText('Удалить страницу клиента').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const panel of ['Неполадки', 'Телефон']) {
      await page.getByRole('button', { name: panel, exact: true }).click();
      await page.getByRole('complementary').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }
  });
});
