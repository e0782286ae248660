/** A tab that was offline during many events, beside one that was online: in the end both show the same. */
import { isDeepStrictEqual } from 'node:util';
import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Journey, sampleGroupId, startJourney } from './journey.ts';

/** More than a thread replays after a gap, and more than one page of anything. */
const MESSAGES_TO_ONE = 260;
const MESSAGES_TO_OTHERS = 60;
/** Time for about five hundred messages one after another, on a machine with other work. */
const CATCH_UP_MS = 60_000;
/** Fewer than the rows that fit a thread on the screen. */
const NEWEST = 10;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

interface Shown {
  rows: string[];
  messages: string[];
}

/**
 * The visible text, as a reader sees it, without the times that change by themselves. Of the messages only the newest
 * ones: how many rows above them a tab keeps in its page depends on where its thread stood before.
 */
function shown(page: Page): Promise<Shown> {
  return page.evaluate((newest) => {
    const textOf = (element: Element) =>
      (element as HTMLElement).innerText
        .replace(/(ждёт|осталось|просрочен)[^\n]*/gi, '')
        .replace(/\s+/g, ' ');
    return {
      rows: [...document.querySelectorAll('[data-conversation-row]')].map(textOf),
      messages: [...document.querySelectorAll('[data-message-id]')].map(textOf).slice(-newest),
    };
  }, NEWEST);
}

/** Cuts a tab off the network, open sockets included: `setOffline` alone does not close an open socket. */
async function breakableLink(page: Page): Promise<{ cut(): Promise<void>; mend(): Promise<void> }> {
  const sockets = new Set<WebSocketRoute>();
  let isCut = false;
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (isCut) return void socket.close();
    sockets.add(socket);
    socket.connectToServer();
  });
  await page.reload();
  return {
    async cut() {
      isCut = true;
      await page.context().setOffline(true);
      for (const socket of sockets) await socket.close();
      sockets.clear();
    },
    async mend() {
      isCut = false;
      await page.context().setOffline(false);
    },
  };
}

const openConversation = (page: Page, name: string) =>
  page.locator('[data-conversation-row]', { hasText: name }).click();

it('catches up on more than 300 messages in several conversations', { timeout: 240_000 }, async () => {
  const groupId = sampleGroupId;
  const users = [2001, 2002, 2003, 2004, 2005];
  for (const userId of users) await journey.control('clientSends', { userId, groupId, text: 'Начало' });
  const [here, away] = [await journey.signIn('anna'), await journey.signIn('anna')];
  const link = await breakableLink(away);
  for (const page of [here, away]) {
    await openConversation(page, 'Пётр Кузнецов');
    await page.locator('[data-message-id]').first().waitFor();
    await openConversation(page, 'Анна Смирнова');
    await page.locator('[data-message-id]').first().waitFor();
  }

  await link.cut();
  await away.getByText(/Восстанавливаем связь|Нет связи с сервером/).waitFor();
  await journey.control('burst', { groupId, users: [2001], messages: MESSAGES_TO_ONE, textPrefix: 'Много ' });
  await journey.control('burst', {
    groupId,
    users: users.slice(1),
    messages: MESSAGES_TO_OTHERS,
    textPrefix: 'Понемногу ',
  });
  const last = `Много #${MESSAGES_TO_ONE}`;
  await here.locator('[data-message-id]', { hasText: last }).waitFor({ timeout: CATCH_UP_MS });
  await here
    .locator('[data-conversation-row]', { hasText: `Понемногу #${MESSAGES_TO_OTHERS}` })
    .waitFor({ timeout: CATCH_UP_MS });
  expect(await away.getByText(last).count()).toBe(0);

  await link.mend();
  await away.locator('[data-message-id]', { hasText: last }).waitFor({ timeout: CATCH_UP_MS });
  for (const name of ['Анна Смирнова', 'Пётр Кузнецов', 'Марьям Хайруллина']) {
    for (const page of [here, away]) {
      await openConversation(page, name);
      await page.locator('[data-message-id]').last().waitFor();
    }
    await expect
      .poll(async () => ({ away: await shown(away), here: await shown(here) }), { timeout: CATCH_UP_MS })
      .toSatisfy((tabs: { away: Shown; here: Shown }) => isDeepStrictEqual(tabs.away, tabs.here));
  }
  expect((await shown(away)).rows).toHaveLength(users.length);
  expect(journey.problems).toEqual([]);
});
