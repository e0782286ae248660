/** An administrator creates a key for the company's own systems. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it.each(['light', 'dark'] as const)(
  'makes a key whose secrets are shown once, and changes it, in %s colours',
  async (colorScheme) => {
    const name = `Магазин ${colorScheme}`;
    const page = await journey.signIn('admin', { colorScheme });
    const serious = async () =>
      (await accessibilityFindings(page)).filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      );
    await page.getByRole('link', { name: 'Настройки' }).click();
    await page.getByRole('link', { name: 'Ключи' }).click();
    await page.getByRole('button', { name: 'Создать ключ' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Название').fill(name);
    await dialog.getByLabel('Адрес для статусов').fill('https://10.0.0.1/status');
    expect(await serious()).toEqual([]);
    await dialog.getByRole('button', { name: 'Создать' }).click();
    await dialog.getByText(/нужен публичный https/).waitFor();
    await dialog.getByLabel('Адрес для статусов').fill('https://shop.example.com/status');
    await dialog.getByRole('button', { name: 'Создать' }).click();

    const secret = await dialog.getByRole('textbox', { name: 'Секрет ключа' }).inputValue();
    expect(secret).toMatch(/^[\w-]{43}$/);
    // While a dialog is open, a notice appears inside it: above the backdrop, and readable by a screen reader.
    await dialog.getByRole('button', { name: 'Скопировать' }).first().click();
    const notice = dialog.locator('[aria-live=polite] [data-notice=done]');
    await notice.getByText('Скопировано').waitFor();
    expect(
      await notice.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }),
    ).toBe(true);
    expect(await serious()).toEqual([]);
    await dialog.getByRole('button', { name: 'Готово, секреты сохранены' }).click();
    await page.reload();
    const card = page.getByRole('region', { name });
    await card.getByText('https://shop.example.com/status').waitFor();
    expect(await page.content()).not.toContain(secret);

    await card.getByRole('button', { name: 'Журнал статусов' }).click();
    await card.getByText('Записей нет').waitFor();
    expect(await serious()).toEqual([]);
    await card.getByRole('button', { name: 'Сменить секрет' }).click();
    await dialog.getByRole('button', { name: 'Сменить секрет' }).click();
    const renewed = await dialog.getByRole('textbox', { name: 'Секрет ключа' }).inputValue();
    expect(renewed).not.toBe(secret);
    await page.keyboard.press('Escape');
    await card.getByText(/действует до/).waitFor();
    await card.getByRole('button', { name: 'Отключить' }).click();
    await card.getByText('отключён').waitFor();
    expect(journey.problems).toEqual([]);
  },
);
