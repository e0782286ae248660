/** `npm run reindex` as an operator runs it, over the embedded store of a stopped desk. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quickTiming, startDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

const command = fileURLToPath(new URL('../../../server/reindex.ts', import.meta.url));
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-reindex-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const openDesk = () => startDesk({ dataDir, timing: { ...quickTiming, indexer: { pollMs: 50 } } });

async function reindex() {
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: dataDir };
  for (const name of ['MONGODB_URI', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS']) delete env[name];
  return promisify(execFile)(process.execPath, ['--import', 'tsx', command], { env });
}

it('builds an index that finds the same, and refuses a folder in which a desk runs', async () => {
  {
    await using desk = await openDesk();
    desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text: 'Где перфоратор?' });
    const anna = await desk.as('anna@example.com');
    const find = async () => (await anna.call('search', { query: { text: 'перфораторы' } })).hits.length;
    await until('the first index', async () => (await find()) === 1);
    await expect(reindex()).rejects.toThrow(/is already open in process/);
  }
  expect((await reindex()).stdout).toContain('The search index is built.');
  await using desk = await openDesk();
  const anna = await desk.as('anna@example.com');
  const { hits, index } = await anna.call('search', { query: { text: 'перфораторы' } });
  expect(hits.map(({ excerpt }) => excerpt.text)).toEqual(['Где перфоратор?']);
  expect(index.builtThreads).toBeNull();
});
