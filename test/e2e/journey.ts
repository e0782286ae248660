/** What journeys share: the built program with its sandbox, a browser, and people who sign in. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ControlInput, ControlOperation } from '../../shared/sandbox.ts';
import { openBrowser } from '../support/browser.ts';
import { type DeskProcess, firstPassword, startDeskProcess } from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';

export type FirstPerson = 'admin' | 'anna' | 'ivan' | 'maria';

export const sampleGroupId = 100_500;
const WAIT_MS = 8_000;

export interface Journey extends AsyncDisposable {
  desk: DeskProcess;
  dataDir: string;
  sandboxUrl: string;
  /** Faults of any page: an exception, a call to another host, a file that failed to load. */
  problems: string[];
  openPage(url: string, options?: BrowserContextOptions): Promise<Page>;
  signIn(person: FirstPerson, options?: BrowserContextOptions): Promise<Page>;
  /** Signs in on a page that shows the sign-in form. */
  fillSignIn(page: Page, person: FirstPerson): Promise<void>;
  /** The phone of one client, with the chat of the sample community open. */
  openPhone(userId: number): Promise<{ page: Page; phone: ReturnType<Page['locator']> }>;
  control<Op extends ControlOperation>(operation: Op, input: ControlInput<Op>): Promise<unknown>;
  /** Restarts the program on the same data and ports. */
  restart(): Promise<void>;
}

/** @param options.fill called with the program's settings before its first start. */
export async function startJourney({
  fill,
}: {
  fill?: (env: Record<string, string>) => Promise<void>;
} = {}): Promise<Journey> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-journey-'));
  const env = {
    PORT: String(await freePort()),
    SANDBOX_PORT: String(await freePort()),
    DATA_DIR: dataDir,
  };
  const sandboxUrl = `http://127.0.0.1:${env.SANDBOX_PORT}`;
  const problems: string[] = [];
  await fill?.(env);
  const browser = await openBrowser();
  const journey: Journey = {
    desk: await startDeskProcess(env),
    dataDir,
    sandboxUrl,
    problems,
    async openPage(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'ru-RU',
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(WAIT_MS);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('response', (response) => {
        if (response.status() === 404) problems.push(`not found: ${response.url()}`);
      });
      page.on('request', (request) => {
        const { hostname } = new URL(request.url());
        if (request.url().startsWith('http') && !['127.0.0.1', 'localhost'].includes(hostname))
          problems.push(`called ${hostname}`);
      });
      await page.goto(url);
      return page;
    },
    async signIn(person, options) {
      const page = await journey.openPage(journey.desk.url, options);
      await journey.fillSignIn(page, person);
      await page.locator('[role=radiogroup]').waitFor();
      return page;
    },
    async fillSignIn(page, person) {
      const email = `${person}@example.com`;
      await page.fill('input[type=email]', email);
      await page.fill('input[type=password]', await firstPassword(dataDir, email));
      await page.keyboard.press('Enter');
    },
    async openPhone(userId) {
      const page = await journey.openPage(sandboxUrl, { viewport: { width: 1600, height: 900 } });
      const phone = page.locator(`[data-user-id="${userId}"]`);
      await phone.getByText('Лавка у моста').first().click();
      return { page, phone };
    },
    async control(operation, input) {
      const answer = await fetch(`${sandboxUrl}/control/${operation}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${operation} answered ${answer.status}: ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    async restart() {
      journey.desk = await startDeskProcess(env);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await journey.desk.kill('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return journey;
}

const axeSource = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export interface AxeFinding {
  id: string;
  impact: string;
  html: string;
  why: string;
}

/** Problems that axe finds on the page as it is shown now. */
export async function accessibilityFindings(page: Page): Promise<AxeFinding[]> {
  await page.evaluate(axeSource);
  // Waits for fade-ins, which change colours; endless animations are not waited for.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  );
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({
        id,
        impact,
        html: html.slice(0, 200),
        why: failureSummary,
      })),
    );
  });
}
