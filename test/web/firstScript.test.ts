import { expect, it } from 'vitest';
import { firstScriptKb } from '../support/firstScript.ts';

/** Measured when this was written: 246 and 244. Code not needed at first is loaded with its own screen. */
const MOST_KB = 255;

it('the first screen loads little JavaScript in either language', async () => {
  expect(await firstScriptKb('ru')).toBeLessThanOrEqual(MOST_KB);
  expect(await firstScriptKb('en')).toBeLessThanOrEqual(MOST_KB);
});
