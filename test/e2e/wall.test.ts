/** A supervisor watches the wall: from a figure to its conversations, in full screen, and through a break. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFindings, type Journey, sampleGroupId, startJourney } from './journey.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

const LATE_MS = 20_000;

it('leads from each figure to what it counts, moves by itself, and says when it is old', async () => {
  const page = await journey.signIn('maria');
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await page.getByRole('heading', { name: 'Табло' }).waitFor();
  const tile = (name: string) => page.locator('dl > div', { has: page.getByText(name, { exact: true }) });
  await tile('Ждут ответа').getByText('0', { exact: true }).waitFor();
  await tile('Дольше всех ждут').getByText('никто не ждёт').waitFor();

  const text = 'Когда привезут заказ?';
  await journey.control('clientSends', { userId: 2001, groupId: sampleGroupId, text });
  await journey.control('clientSends', { userId: 2002, groupId: sampleGroupId, text: 'Можно вернуть?' });
  await tile('Ждут ответа').getByText('2', { exact: true }).waitFor();
  await tile('Новых сегодня').getByText('2', { exact: true }).waitFor();
  // Time goes on without a message.
  const waited = () => tile('Дольше всех ждут').locator('dd').textContent();
  const before = await waited();
  await expect.poll(waited, { timeout: LATE_MS }).not.toBe(before);
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
  await row('Без ответственного').getByRole('link', { name: '2', exact: true }).waitFor();
  await row('Лавка у моста').first().getByText('есть', { exact: true }).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFindings(page)).toEqual([]);
  }

  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Свернуть' }).waitFor();
  expect(new URL(page.url()).search).toBe('?full=true');
  expect(await page.getByRole('navigation', { name: 'Разделы' }).isVisible()).toBe(false);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('f');
  await page.getByRole('navigation', { name: 'Разделы' }).waitFor();

  const { communities, people } = await page.evaluate(async () => (await fetch('/api/desk')).json());
  expect(communities.length).toBeGreaterThan(0);
  await tile('Ждут ответа').getByRole('link').click();
  await page.locator('[data-conversation-row]').nth(1).waitFor();
  expect(await page.getByRole('radio', { name: /^Ждут ответа/ }).isChecked()).toBe(true);

  // One of them goes to a person, and the wall leads to that person's conversations.
  const anna = people.find(({ name }: { name: string }) => name.startsWith('Анна'));
  const assigned = await page.evaluate(
    async ([personId, wanted]) => {
      const { rows } = await (await fetch('/api/conversations')).json();
      const found = rows.find(
        (each: { lastMessage: { excerpt: string } }) => each.lastMessage.excerpt === wanted,
      );
      const answer = await fetch(`/api/conversations/${found.id}/assignee`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ personId }),
      });
      return answer.status;
    },
    [anna.id, text] as const,
  );
  expect(assigned).toBe(200);
  await page.getByRole('link', { name: 'Табло' }).click();
  await row(anna.name).getByRole('cell').first().getByRole('link', { name: '1', exact: true }).click();
  await page.getByRole('button', { name: `Ответственный: ${anna.name}` }).waitFor();
  await page.locator('[data-conversation-row]', { hasText: text }).waitFor();
  expect(await page.locator('[data-conversation-row]').count()).toBe(1);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: `Ответственный: ${anna.name}` }).click();
  await page.locator('[data-conversation-row]').nth(1).waitFor();

  await page.getByRole('link', { name: 'Табло' }).click();
  await tile('Ждут ответа').getByText('2', { exact: true }).waitFor();
  await journey.desk.kill('SIGKILL');
  await page.getByText(/Данные устарели: они на \d\d:\d\d:\d\d/).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await journey.restart();
  await page.getByText(/Данные устарели/).waitFor({ state: 'hidden', timeout: LATE_MS });
  await tile('Ждут ответа').getByText('2', { exact: true }).waitFor();
  expect(journey.problems).toEqual([]);
});

it('fits a phone, and is not for agents', async () => {
  const page = await journey.signIn('maria', { viewport: { width: 360, height: 740 } });
  await page.goto(`${journey.desk.url}/wall`);
  await page.getByRole('heading', { name: 'Сотрудники' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await accessibilityFindings(page)).toEqual([]);

  // On a TV nothing scrolls: a column that does not fit is lost.
  for (const locale of ['ru-RU', 'en-US']) {
    const tv = await journey.openPage(`${journey.desk.url}/wall?full=true`, {
      viewport: { width: 1920, height: 1080 },
      locale,
    });
    await journey.fillSignIn(tv, 'maria');
    await tv.getByRole('table').nth(1).waitFor();
    const missing = await tv
      .getByRole('table')
      .evaluateAll((tables) => tables.map((table) => table.scrollWidth - table.parentElement!.clientWidth));
    expect([locale, missing.map((px) => Math.max(0, px))]).toEqual([locale, [0, 0]]);
  }

  const agent = await journey.signIn('anna');
  expect(await agent.getByRole('link', { name: 'Табло' }).count()).toBe(0);
  await agent.goto(`${journey.desk.url}/wall`);
  await agent.getByRole('alert').waitFor();
  expect(await agent.locator('dl').count()).toBe(0);
});
