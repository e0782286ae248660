/** The project's main use, played by two people in a real browser against the built program. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

describe('a client and an agent', () => {
  it('write to each other: shown within a second, answered, and seen as read', async () => {
    const agent = await journey.signIn('anna');
    const { phone } = await journey.openPhone(2001);
    const field = phone.getByRole('textbox');
    await field.fill('Когда привезут мой заказ?');

    const row = agent.locator('[data-conversation-row]', { hasText: 'Когда привезут мой заказ?' });
    const pressedAt = performance.now();
    await field.press('Enter');
    await row.waitFor();
    expect(performance.now() - pressedAt).toBeLessThan(1_000);
    // No filter is cut off at the edge of the list, its count included.
    const filters = agent.getByRole('radiogroup');
    await filters.getByRole('radio', { name: /Без ответственного\s*\d/ }).waitFor();
    expect(await filters.evaluate((tabs) => tabs.scrollWidth <= tabs.clientWidth)).toBe(true);

    await row.click();
    const composer = agent.getByRole('textbox', { name: 'Ответ клиенту' });
    await composer.fill('Сегодня к шести');
    await composer.press('Control+Enter');
    await phone.getByText('Сегодня к шести').waitFor();

    const answer = agent.locator('[data-message-id]', { hasText: 'Сегодня к шести' });
    await answer.locator('[data-status=read]').waitFor();
    expect(await accessibilityFindings(agent)).toEqual([]);
    expect(journey.problems).toEqual([]);
  });

  it('use the keyboard alone: find the conversation, answer it, resolve it', async () => {
    const agent = await journey.signIn('ivan');
    const { phone } = await journey.openPhone(2002);
    await phone.getByRole('textbox').fill('Только клавиатурой');
    await phone.getByRole('textbox').press('Enter');
    await agent.locator('[data-conversation-row]', { hasText: 'Только клавиатурой' }).waitFor();

    await agent.keyboard.press('j');
    await agent.keyboard.press('Enter');
    await agent.locator('[data-message-id]', { hasText: 'Только клавиатурой' }).waitFor();
    await agent.keyboard.press('r');
    await agent.keyboard.type('Без мыши');
    await agent.keyboard.press('Control+Enter');
    await phone.getByText('Без мыши').waitFor();
    await agent.keyboard.press('Escape');
    await agent.keyboard.press('e');
    await agent.locator('[data-conversation-row]', { hasText: 'Без мыши' }).waitFor({ state: 'detached' });
    expect(journey.problems).toEqual([]);
  });

  it('see markup, right-to-left text and emoji exactly as they were written', async () => {
    const agent = await journey.signIn('maria', { viewport: { width: 360, height: 740 } });
    const text = '<img src=x onerror="document.title=1"> שלום 👍';
    await journey.control('clientSends', { userId: 2003, groupId: sampleGroupId, text });
    const row = agent.locator('[data-conversation-row]', { hasText: 'שלום' });
    await row.click();
    const bubble = agent.locator('[data-message-id]', { hasText: text });
    await bubble.waitFor();
    expect(await bubble.locator('img').count()).toBe(0);
    expect(await agent.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(journey.problems).toEqual([]);
  });

  it('catch up after a lost connection: nothing stale stays on the screen', async () => {
    const agent = await journey.signIn('anna');
    await agent.context().setOffline(true);
    await journey.control('clientSends', { userId: 2004, groupId: sampleGroupId, text: 'Пока вас не было' });
    await agent.context().setOffline(false);
    await agent.locator('[data-conversation-row]', { hasText: 'Пока вас не было' }).waitFor();
  });
});
