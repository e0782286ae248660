/** The other main use, in a real browser: from a template to the answer under its service message. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MessageAnswer } from '../../shared/v1/messages.ts';
import { type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';
import { firstPassword, signIn } from '../support/deskProcess.ts';
import { until } from '../support/until.ts';
import { accessibilityFindings, type Journey, startJourney } from './journey.ts';

/** Two people and a phone in three browsers, from the first step to the last. */
const WHOLE_JOURNEY_MS = 120_000;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

async function makeKey(): Promise<ClientKey> {
  const email = 'admin@example.com';
  const admin = await signIn(journey.desk.url, email, await firstPassword(journey.dataDir, email));
  const made = await admin.call('makeApiKey', { body: { name: 'Лавка', rights: ['send', 'read'] } });
  return { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret ?? '' };
}

it(
  'is made, reviewed, sent by a signed call, read, answered by a button, and answered by an agent',
  async () => {
    const author = await journey.signIn('maria');
    await author.goto(`${journey.desk.url}/templates/new`);
    await author.getByLabel('Название').fill('Заказ готов');
    await author.getByLabel('Имя для API').fill('orderReady');
    await author.getByLabel('Текст сообщения').fill('Заказ {order} готов.');
    await author.getByRole('button', { name: 'Описать order' }).click();
    await author.getByLabel('Пример: order').fill('А-1042');
    await author.locator('input[type=file][multiple]').setInputFiles([
      {
        name: 'shop.jpeg',
        mimeType: 'image/jpeg',
        buffer: await sharp({ create: { width: 600, height: 400, channels: 3, background: '#3568a5' } })
          .jpeg()
          .toBuffer(),
      },
    ]);
    await author.getByRole('img', { name: 'Изображение 1: 600 × 400' }).waitFor();
    await author.getByRole('button', { name: 'Кнопка-ответ' }).click();
    await author.getByLabel('Кнопка 1: Надпись').fill('Приду сегодня');
    await author.getByRole('button', { name: 'Кнопка-ссылка' }).click();
    await author.getByLabel('Кнопка 2: Надпись').fill('Где забрать');
    await author.getByLabel('Кнопка 2: Ссылка https').fill('https://shop.example.com/{order}');
    await author.getByRole('button', { name: 'Отправить на проверку' }).click();
    await author.getByText('Пока шаблон на проверке').waitFor();

    const reviewer = await journey.signIn('admin');
    await reviewer.goto(author.url());
    await reviewer.getByRole('button', { name: 'Одобрить' }).click();
    await reviewer.getByText('отправляется версия 1').waitFor();

    const agent = await journey.signIn('anna');
    const { phone } = await journey.openPhone(2001);
    const key = await makeKey();
    const messagesUrl = `${journey.desk.url}/api/v1/messages`;
    const accepted = await callSigned(key, 'POST', messagesUrl, {
      body: {
        phone: '+79990000001',
        template: 'orderReady',
        variables: { order: 'Б-7' },
        clientMessageId: 'b-7',
      },
    });
    expect(accepted.status).toBe(202);

    const onPhone = phone.locator('[data-cmid]', { hasText: 'Заказ Б-7 готов.' });
    await onPhone.getByRole('img').first().waitFor();
    await onPhone.getByText('Где забрать').waitFor();
    const message = await until('the message to be read', async () => {
      const { body } = await callSigned(key, 'GET', `${messagesUrl}/${accepted.body.id}`);
      const answer = body as unknown as MessageAnswer;
      return answer.status === 'read' && answer;
    });
    expect(message.history.map(({ status }) => status)).toEqual(['queued', 'sent', 'delivered', 'read']);
    // N25, hidden until answered: an unanswered message is not in the inbox.
    expect(await agent.locator('[data-conversation-row]').count()).toBe(0);

    await onPhone.getByText('Приду сегодня').click();
    await agent.locator('[data-conversation-row]', { hasText: 'Приду сегодня' }).click();
    const thread = agent.locator('[data-message-id]');
    await thread.filter({ hasText: 'Приду сегодня' }).last().waitFor();
    const [first, second] = await thread.all();
    expect(await first?.innerText()).toContain('Заказ Б-7 готов.');
    expect(await second?.innerText()).toContain('Приду сегодня');
    await first?.getByText('Прочитано').waitFor();

    const composer = agent.getByRole('textbox', { name: 'Ответ клиенту' });
    await composer.fill('Ждём вас до восьми');
    await composer.press('Control+Enter');
    await phone.getByText('Ждём вас до восьми').waitFor();
    expect(await accessibilityFindings(agent)).toEqual([]);
    expect(journey.problems).toEqual([]);
  },
  WHOLE_JOURNEY_MS,
);
