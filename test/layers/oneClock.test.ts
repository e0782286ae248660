/** All that is stored goes by `server/work/clock.ts`, not by the clock of the machine (ADR 23). */
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const server = new URL('../../server/', import.meta.url);
/** The sandbox plays other machines; the embedded store is the database, whose time the others follow. */
const otherMachines = ['sandbox/', 'storage/embedded/'];
const readsOwnClock: Record<string, string> = {
  'work/clock.ts': 'holds the clock',
  'work/stopwatch.ts': 'measures how long something takes, and stores no time',
  'storage/databaseClock.ts': 'compares the two',
  'rotateKeys.ts': 'prints progress',
};
it('is taken from one place wherever the time is stored or compared', async () => {
  const files = (await readdir(server, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const found: string[] = [];
  for (const file of files) {
    if (otherMachines.some((folder) => file.startsWith(folder))) continue;
    if (/\bnew Date\(\)|\bDate\.now\b/.test(await readFile(new URL(file, server), 'utf8'))) found.push(file);
  }
  expect(found.sort()).toEqual(Object.keys(readsOwnClock).sort());
});
