/** Sign-in for a person who has forgotten the password. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Journey, startJourney } from './journey.ts';

/** More than any limit that a person would call sensible. */
const TRIES_MAX = 20;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(async () => journey?.[Symbol.asyncDispose]());

it('reports a wrong password at once, and after many of them locks sign-in and says for how long', async () => {
  const page = await journey.openPage(journey.desk.url);
  await page.fill('input[type=email]', 'ivan@example.com');
  const alert = page.getByRole('alert');
  let tries = 0;
  do {
    await page.fill('input[type=password]', `wrong ${tries}`);
    await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/auth/sign-in/email')),
      page.keyboard.press('Enter'),
    ]);
    await alert.waitFor();
    tries += 1;
    if (tries === 1) expect(await alert.textContent()).toBe('Неверная почта или пароль');
  } while (tries < TRIES_MAX && !(await alert.textContent())?.includes('Слишком много попыток'));
  expect(await alert.textContent()).toMatch(/^Слишком много попыток\. Попробуйте снова через \d+ мин/);
  expect(tries).toBeGreaterThan(3);

  // Another person at the same IP address can still sign in.
  await journey.signIn('anna');
  expect(journey.problems).toEqual([]);
});
