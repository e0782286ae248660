/** A supervisor makes a template, an administrator reviews it. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, startJourney } from './journey.ts';

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

const picture = () => sharp({ create: { width: 600, height: 400, channels: 3, background: '#3568a5' } });

it('makes a template with an image, explains why a wrong image is refused, and sends it to review', async () => {
  const page = await journey.signIn('maria');
  await page.getByRole('link', { name: 'Шаблоны' }).click();
  await page.getByText('Здесь пока нет шаблонов').waitFor();
  await page.getByRole('link', { name: 'Новый шаблон' }).click();
  await page.getByRole('heading', { name: 'Новый шаблон' }).waitFor();
  await page.getByLabel('Название').fill('Заказ готов');
  await page.getByLabel('Имя для API').fill('orderReady');
  await page.getByLabel('Текст сообщения').fill('Заказ {orderNumber} готов.');
  const submit = page.getByRole('button', { name: 'Отправить на проверку' });
  await page.getByText('Переменная orderNumber не описана').waitFor();
  expect(await submit.isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Описать orderNumber' }).press('Enter');
  await page.getByText('Укажите пример для orderNumber').waitFor();
  await page.getByLabel('Пример: orderNumber').fill('А-1042');
  await page.getByLabel('Реклама в конце').fill('Скидка 10 % до пятницы');
  const preview = page.getByRole('region', { name: 'Так увидит клиент' });
  await expect
    .poll(() => preview.getByTestId('preview-text').innerText())
    .toBe('Заказ А-1042 готов.\n\nСкидка 10 % до пятницы');
  await page.getByText(/максимум 87 из 2.048/).waitFor();

  const choose = page.locator('input[type=file][multiple]');
  await choose.setInputFiles([
    { name: 'card.jpeg', mimeType: 'image/jpeg', buffer: await picture().png().toBuffer() },
    { name: 'shop.jpeg', mimeType: 'image/jpeg', buffer: await picture().jpeg().toBuffer() },
  ]);
  await page.getByText('card.jpeg: Это не JPEG: принимаются только изображения в формате .jpeg').waitFor();
  await preview.getByRole('img', { name: 'Изображение 1: 600 × 400' }).waitFor();
  await page.getByLabel('Что на изображении 1').fill('Витрина лавки');
  await preview.getByRole('img', { name: 'Витрина лавки' }).waitFor();
  await page.getByRole('button', { name: 'Кнопка-ответ' }).click();
  await page.getByLabel('Кнопка 1: Надпись').fill('Приду сегодня');
  await page.getByRole('button', { name: 'Кнопка-ссылка' }).click();
  await page.getByLabel('Кнопка 2: Надпись').fill('Где забрать');
  await page.getByLabel('Кнопка 2: Ссылка https').fill('http://shop.example.com');
  await page.getByText('Ссылка кнопки должна быть https').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel('Кнопка 2: Ссылка https').fill('https://shop.example.com/{orderNumber}');
  // The focus follows the moved button, so the same key moves it back from the end.
  await page.getByRole('button', { name: 'Поставить кнопку 1 позже' }).press('Enter');
  expect(await page.getByLabel('Кнопка 2: Надпись').inputValue()).toBe('Приду сегодня');
  await page.locator(':focus').press('Enter');
  expect(await page.getByLabel('Кнопка 1: Надпись').inputValue()).toBe('Приду сегодня');

  await page.getByRole('link', { name: /К шаблонам/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Остаться' }).click();
  await submit.click();
  await page.getByText('Пока шаблон на проверке').waitFor();
  expect(await seriousFindings(page)).toEqual([]);

  const reviewer = await journey.signIn('admin', { colorScheme: 'dark' });
  await reviewer.getByRole('link', { name: 'Шаблоны' }).click();
  await reviewer.getByRole('button', { name: 'Ждут проверки: 1' }).click();
  expect(await seriousFindings(reviewer)).toEqual([]);
  await reviewer.getByRole('link', { name: /Заказ готов/ }).click();
  await reviewer.getByRole('button', { name: 'Отклонить' }).click();
  const dialog = reviewer.getByRole('dialog');
  await dialog.getByLabel(/Причина/).fill('Назовите магазин');
  await dialog.getByRole('button', { name: 'Отклонить' }).click();
  await reviewer.getByText('Отклонён: Назовите магазин').first().waitFor();
  expect(await seriousFindings(reviewer)).toEqual([]);

  await page.reload();
  await page.getByText('Отклонён: Назовите магазин').first().waitFor();
  await page.getByLabel('Текст сообщения').fill('Заказ {orderNumber} готов. Лавка у моста.');
  await submit.click();
  await page.getByText('Что изменилось в тексте после версии 1').click();
  await page.getByText('Лавка у моста.', { exact: false }).first().waitFor();

  await reviewer.reload();
  await reviewer.getByRole('button', { name: 'Одобрить' }).click();
  await reviewer.getByText('отправляется версия 2').waitFor();
  expect(await seriousFindings(reviewer)).toEqual([]);
  expect(journey.problems).toEqual([]);
});

it('warns the second of two editors, and exports a template to a file and imports it back', async () => {
  const first = await journey.signIn('maria', { viewport: { width: 360, height: 740 } });
  await first.goto(`${journey.desk.url}/templates/new`);
  await first.getByLabel('Название').fill('Доставка');
  await first.getByLabel('Имя для API').fill('delivery');
  await first.getByLabel('Текст сообщения').fill('Курьер в пути.');
  const save = { name: 'Сохранить черновик' };
  await first.getByRole('button', save).click();
  await first.waitForURL(/templates\/[0-9a-f]{24}$/);

  const second = await journey.signIn('admin');
  await second.goto(first.url());
  await second.getByLabel('Название').fill('Доставка сегодня');
  await first.getByLabel('Название').fill('Доставка завтра');
  await first.getByRole('button', save).click();
  await first.getByText('Есть несохранённые изменения').waitFor({ state: 'detached' });
  await second.getByRole('button', save).click();
  await second.getByText('Пока вы редактировали шаблон, его изменил кто-то другой').waitFor();
  expect(await second.getByLabel('Название').inputValue()).toBe('Доставка сегодня');
  await second.getByRole('button', { name: 'Показать чужие изменения' }).click();
  await second.getByRole('heading', { name: 'Доставка завтра' }).waitFor();
  expect(await first.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

  const downloading = second.waitForEvent('download');
  await second.getByRole('button', { name: 'Скачать файл' }).click();
  const file = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
  await second.getByRole('link', { name: /К шаблонам/ }).click();
  const take = (content: unknown) =>
    second.locator('input[type=file][accept*=json]').setInputFiles({
      name: 'delivery.template.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(content)),
    });
  await take(file);
  await second.getByText(/Шаблон с таким именем уже есть/).waitFor();
  await take({ ...file, name: 'deliveryCopy' });
  await second.getByText('deliveryCopy · Версия 1').waitFor();
  expect(journey.problems).toEqual([]);
});
