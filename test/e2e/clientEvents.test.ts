/** A client's actions after writing, from the phone's page to the agent's: edits, reacts, sends a place, blocks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

describe("the agent's thread", () => {
  it('shows an edit with its time, and the new text in the list', async () => {
    const { phone } = await journey.openPhone(2001);
    const field = phone.getByRole('textbox');
    await field.fill('Доставка в пятницуу?');
    await field.press('Enter');
    const agent = await journey.signIn('anna');
    await agent.locator('[data-conversation-row]', { hasText: 'Доставка в пятницуу?' }).click();
    const sent = phone.locator('[data-cmid]', { hasText: 'пятницуу' });
    await sent.hover();
    await sent.getByRole('button', { name: 'Изменить' }).click();
    await field.fill('Доставка в пятницу?');
    await field.press('Enter');
    const bubble = agent.locator('[data-message-id]', { hasText: 'Доставка в пятницу?' });
    await bubble.getByText(/^изменено \d\d:\d\d$/).waitFor();
    await agent.locator('[data-conversation-row]', { hasText: 'Доставка в пятницу?' }).waitFor();
    expect(await agent.getByText('пятницуу').count()).toBe(0);
    expect(journey.problems).toEqual([]);
  });

  it('shows a reaction to an answer, and its withdrawal', async () => {
    await journey.control('clientSends', { userId: 2002, groupId: sampleGroupId, text: 'Спасибо заранее' });
    const agent = await journey.signIn('ivan');
    await agent.locator('[data-conversation-row]', { hasText: 'Спасибо заранее' }).click();
    await agent.getByRole('textbox', { name: 'Ответ клиенту' }).fill('Уже в пути');
    await agent.keyboard.press('Control+Enter');
    const { phone } = await journey.openPhone(2002);
    const answer = phone.locator('[data-cmid]', { hasText: 'Уже в пути' });
    await answer.hover();
    await answer
      .getByRole('button', { name: /Реакция|❤️/ })
      .first()
      .click();
    const reaction = agent
      .locator('[data-message-id]', { hasText: 'Уже в пути' })
      .getByRole('img', { name: /Реакция клиента/ });
    await reaction.waitFor();
    await answer.locator('[aria-pressed=true]').click();
    await reaction.waitFor({ state: 'detached' });
    expect(journey.problems).toEqual([]);
  });

  it('shows a place as coordinates to copy, without a link to a map', async () => {
    const geo = { latitude: 59.934281, longitude: 30.335099 };
    await journey.control('clientSends', { userId: 2003, groupId: sampleGroupId, geo });
    const agent = await journey.signIn('maria');
    await agent.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await agent.locator('[data-conversation-row]', { hasText: 'Место на карте' }).click();
    const bubble = agent.locator('[data-message-id]', { hasText: '59.93428, 30.33510' });
    await bubble.getByRole('button', { name: 'Скопировать' }).click();
    expect(await agent.evaluate(() => navigator.clipboard.readText())).toBe('59.93428, 30.33510');
    expect(await bubble.locator('a').count()).toBe(0);
    expect(journey.problems).toEqual([]);
  });

  it('shows at once that a client blocked the community, and that the client allowed it again', async () => {
    const where = { userId: 2004, groupId: sampleGroupId };
    await journey.control('clientSends', { ...where, text: 'Не пишите мне' });
    const agent = await journey.signIn('anna');
    await agent.locator('[data-conversation-row]', { hasText: 'Не пишите мне' }).click();
    await journey.control('clientDenies', where);
    await agent.getByText('Клиент запретил сообщения от сообщества').waitFor();
    expect(await agent.getByRole('textbox', { name: 'Ответ клиенту' }).isDisabled()).toBe(true);
    await journey.control('clientAllows', where);
    await agent.locator('#composer-text:enabled').waitFor();
    expect(journey.problems).toEqual([]);
  });

  it('says why an answer was not sent when only the network knew of the block', async () => {
    const where = { userId: 2005, groupId: sampleGroupId };
    await journey.control('clientSends', { ...where, text: 'Напишу и заблокирую' });
    const agent = await journey.signIn('ivan');
    await agent.locator('[data-conversation-row]', { hasText: 'Напишу и заблокирую' }).click();
    await journey.control('blacklistUser', where);
    await agent.getByRole('textbox', { name: 'Ответ клиенту' }).fill('Слышите нас?');
    await agent.keyboard.press('Control+Enter');
    const answer = agent.locator('[data-message-id]', { hasText: 'Слышите нас?' });
    await answer.getByText(/клиент запретил сообщения от сообщества/).waitFor();
    expect(journey.problems).toEqual([]);
  });
});
