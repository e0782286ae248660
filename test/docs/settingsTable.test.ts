/** The table of settings in README and `.env.example` match the program's own settings. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { envExample } from '../server/app/envExample.ts';
import { settingsTable } from '../server/app/settingsTable.ts';

it('matches README; if not, put this table there', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, table] = readme.split(/<!-- settings(?: end)? -->/);
  expect(table?.trim()).toBe(settingsTable());
});

it('matches .env.example; if not, run `npm run env-example`', async () => {
  const file = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
  expect(file).toBe(envExample());
});
