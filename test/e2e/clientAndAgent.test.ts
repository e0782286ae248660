/** The project's main job, played by two people in a real browser against the built program. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { type DeskProcess, firstPassword, startDeskProcess } from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';

let dataDir: string;
let desk: DeskProcess;
let sandboxUrl: string;
let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-journey-'));
  const sandboxPort = await freePort();
  sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  desk = await startDeskProcess({
    PORT: String(await freePort()),
    SANDBOX_PORT: String(sandboxPort),
    DATA_DIR: dataDir,
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await desk?.kill('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
});

async function openPage(url: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'ru-RU' });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const { hostname } = new URL(request.url());
    if (request.url().startsWith('http') && !['127.0.0.1', 'localhost'].includes(hostname))
      problems.push(`called ${hostname}`);
  });
  await page.goto(url);
  return page;
}

async function signInAs(email: string, viewport?: { width: number; height: number }): Promise<Page> {
  const page = await openPage(desk.url, viewport);
  await page.fill('input[type=email]', email);
  await page.fill('input[type=password]', await firstPassword(dataDir, email));
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: /Все/ }).waitFor();
  return page;
}

const axeSource = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

describe('a client and an agent', () => {
  it('write to each other: shown within a second, answered, and seen as read', async () => {
    const agent = await signInAs('anna@example.com');
    const phones = await openPage(sandboxUrl, { width: 1600, height: 900 });
    const phone = phones.locator('[data-user-id="2001"]');
    await phone.getByText('Лавка у моста').first().click();
    const field = phone.getByRole('textbox');
    await field.fill('Когда привезут мой заказ?');

    const row = agent.locator('[data-conversation-row]', { hasText: 'Когда привезут мой заказ?' });
    const pressedAt = performance.now();
    await field.press('Enter');
    await row.waitFor();
    expect(performance.now() - pressedAt).toBeLessThan(1_000);

    await row.click();
    const composer = agent.getByRole('textbox', { name: 'Ответ клиенту' });
    await composer.fill('Сегодня к шести');
    await composer.press('Control+Enter');
    await phone.getByText('Сегодня к шести').waitFor();

    const answer = agent.locator('[data-message-id]', { hasText: 'Сегодня к шести' });
    await answer.locator('[data-status=read]').waitFor();
    expect(await accessibilityViolations(agent)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('use the keyboard alone: find the conversation, answer it, resolve it', async () => {
    const agent = await signInAs('ivan@example.com');
    const phones = await openPage(sandboxUrl, { width: 1600, height: 900 });
    const phone = phones.locator('[data-user-id="2002"]');
    await phone.getByText('Лавка у моста').first().click();
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
    expect(problems).toEqual([]);
  });

  it('keep their words as words: markup, right-to-left and emoji are shown as they were written', async () => {
    const agent = await signInAs('maria@example.com', { width: 360, height: 740 });
    const text = '<img src=x onerror="document.title=1"> שלום 👍';
    await fetch(`${sandboxUrl}/control/clientSends`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId: 2003, groupId: 100500, text }),
    });
    const row = agent.locator('[data-conversation-row]', { hasText: 'שלום' });
    await row.click();
    const bubble = agent.locator('[data-message-id]', { hasText: text });
    await bubble.waitFor();
    expect(await bubble.locator('img').count()).toBe(0);
    expect(await agent.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(problems).toEqual([]);
  });

  it('are caught up after the desk was away: nothing stale stays on the screen', async () => {
    const agent = await signInAs('anna@example.com');
    await agent.context().setOffline(true);
    await fetch(`${sandboxUrl}/control/clientSends`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId: 2004, groupId: 100500, text: 'Пока вас не было' }),
    });
    await agent.context().setOffline(false);
    await agent.locator('[data-conversation-row]', { hasText: 'Пока вас не было' }).waitFor();
  });
});
