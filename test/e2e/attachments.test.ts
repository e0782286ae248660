/** Files in both directions: dropped and pasted by the agent, photographed by the client. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

interface GivenFile {
  name: string;
  type: string;
  base64: string;
}

/** Gives files to the page as the browser does after a drop or a paste; a test cannot make a real one. */
async function give(target: Locator, eventName: 'drop' | 'paste', file: GivenFile): Promise<void> {
  await target.evaluate(
    (element, { eventName, file }) => {
      const bytes = Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], file.name, { type: file.type }));
      const options = { bubbles: true, cancelable: true };
      if (eventName === 'drop') {
        element.dispatchEvent(new DragEvent('dragover', { ...options, dataTransfer: data }));
        element.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: data }));
      } else element.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
    },
    { eventName, file },
  );
}

const picture = async (page: Page): Promise<Buffer> =>
  page.screenshot({ clip: { x: 0, y: 0, width: 96, height: 64 } });

async function isLoaded(image: Locator): Promise<boolean> {
  return image.evaluate((element) => (element as HTMLImageElement).naturalWidth > 0);
}

describe('files', () => {
  it('are dropped on the answer, survive another conversation and a reload, and reach the phone', async () => {
    for (const userId of [2001, 2002])
      await journey.control('clientSends', { userId, groupId: sampleGroupId, text: `Фото? ${userId}` });
    const agent = await journey.signIn('anna');
    const row = (userId: number) =>
      agent.locator('[data-conversation-row]', {
        hasText: userId === 2001 ? 'Анна Смирнова' : 'Пётр Кузнецов',
      });
    await row(2001).click();
    const composer = agent.getByRole('region', { name: 'Ответ клиенту' });
    const base64 = (await picture(agent)).toString('base64');
    await give(composer, 'drop', { name: 'витрина.png', type: 'image/png', base64 });
    await composer.getByText('витрина.png').waitFor();
    await composer.getByRole('textbox').fill('Вот витрина');
    await composer.getByRole('button', { name: 'Отправить' }).and(agent.locator(':enabled')).waitFor();

    await row(2002).click();
    await agent.locator('[data-message-id]', { hasText: 'Фото? 2002' }).waitFor();
    expect(await composer.getByText('витрина.png').count()).toBe(0);
    await row(2001).click();
    await composer.getByText('витрина.png').waitFor();
    await agent.reload();
    await composer.getByText('витрина.png').waitFor();
    expect(await composer.getByRole('textbox').inputValue()).toBe('Вот витрина');

    const { phone } = await journey.openPhone(2001);
    await composer.getByRole('textbox').press('Control+Enter');
    const shown = phone.locator('[data-cmid]', { hasText: 'Вот витрина' }).locator('img');
    await shown.waitFor();
    await expect.poll(() => isLoaded(shown)).toBe(true);
    expect(await composer.getByText('витрина.png').count()).toBe(0);
    expect(journey.problems).toEqual([]);
  });

  it('are pasted into the answer, sent without a text, and show as a file on the phone', async () => {
    await journey.control('clientSends', { userId: 2003, groupId: sampleGroupId, text: 'Пришлите смету' });
    const agent = await journey.signIn('ivan');
    await agent.locator('[data-conversation-row]', { hasText: 'Пришлите смету' }).click();
    const field = agent.getByRole('textbox', { name: 'Ответ клиенту' });
    const base64 = Buffer.from('%PDF-1.4 смета').toString('base64');
    await give(field, 'paste', { name: 'смета.pdf', type: 'application/pdf', base64 });
    await agent.getByRole('button', { name: 'Отправить' }).and(agent.locator(':enabled')).waitFor();
    const { phone } = await journey.openPhone(2003);
    await field.press('Control+Enter');
    await phone.getByText('смета.pdf').waitFor();
    await agent
      .locator('[data-message-id]', { hasText: 'смета.pdf' })
      .locator('[data-status=read]')
      .waitFor();
    expect(journey.problems).toEqual([]);
  });

  it("come from the client's phone as a photo that opens at full size and returns the focus", async () => {
    const { page, phone } = await journey.openPhone(2004);
    const buffer = await picture(page);
    await phone.locator('input[type=file]').setInputFiles({ name: 'кот.png', mimeType: 'image/png', buffer });
    const agent = await journey.signIn('maria');
    await agent.locator('[data-conversation-row]', { hasText: 'Фотография' }).first().click();
    const photo = agent.getByRole('button', { name: /Открыть фотографию/ });
    await photo.waitFor();
    await expect.poll(() => isLoaded(photo.locator('img'))).toBe(true);
    await photo.click();
    await agent.getByRole('dialog', { name: 'Просмотр фотографии' }).waitFor();
    await agent.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click();
    await expect.poll(() => photo.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(journey.problems).toEqual([]);
  });

  it('show that a photo did not load, and load it again', async () => {
    const { page, phone } = await journey.openPhone(2003);
    const buffer = await picture(page);
    await phone.locator('input[type=file]').setInputFiles({ name: 'пёс.png', mimeType: 'image/png', buffer });
    const agent = await journey.signIn('maria');
    let isAway = true;
    await agent.route('**/media/messages/**', (route) =>
      isAway ? route.fulfill({ status: 502, headers: { 'cache-control': 'no-store' } }) : route.continue(),
    );
    const row = agent.locator('[data-conversation-row]', { hasText: 'Марьям Хайруллина' });
    await row.getByText('Фотография').waitFor();
    await row.click();
    const again = agent.getByRole('button', { name: /Загрузить ещё раз/ });
    await again.waitFor();
    isAway = false;
    await again.click();
    const photo = agent.getByRole('button', { name: /Открыть фотографию/ });
    await expect.poll(() => isLoaded(photo.locator('img'))).toBe(true);
    expect(journey.problems).toEqual([]);
  });
});
