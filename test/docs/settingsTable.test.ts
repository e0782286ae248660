/** README's table of settings is what the program itself checks. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingsTable } from '../server/app/settingsTable.ts';

it('is in README as the program checks it; if not, put this table there', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, table] = readme.split(/<!-- settings(?: end)? -->/);
  expect(table?.trim()).toBe(settingsTable());
});
