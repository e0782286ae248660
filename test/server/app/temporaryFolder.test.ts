/** A killed process leaves its upload's folder behind; the next process, or one that runs, removes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClosing } from '../../../server/app/closing.ts';
import { openTemporaryFolder } from '../../../server/app/temporaryFolder.ts';
import { silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { createHandClock, type HandClock } from '../work/handClock.ts';

let parentDir: string;
let closing: ReturnType<typeof createClosing>;
let clock: HandClock;
const open = (kind: 'lists' | 'images' = 'lists') =>
  openTemporaryFolder({ logger: silent, closing, parentDir, clock }, kind);
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const age = async (path: string, minutes: number) => {
  const then = new Date(Date.now() - minutes * 60_000);
  await utimes(path, then, then);
};

beforeEach(async () => {
  parentDir = await mkdtemp(join(tmpdir(), 'temporary-folder-'));
  closing = createClosing();
  clock = createHandClock();
});
afterEach(async () => {
  await closing.closeAll();
  await rm(parentDir, { recursive: true, force: true });
});

/** A process that receives a file and is killed before its end. */
async function killedWhileReceiving(): Promise<string> {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { openTemporaryFolder } = await import(${JSON.stringify(
      new URL('../../../dist/server/app/temporaryFolder.js', import.meta.url).href,
    )});
     const { createWriteStream } = await import('node:fs');
     const folder = await openTemporaryFolder(
       { logger: console, closing: { add() {} }, parentDir: ${JSON.stringify(parentDir)} }, 'lists');
     createWriteStream(folder + '/half').write('+79990000001', () => process.stdout.write(folder));`,
  ]);
  const [folder] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return String(folder);
}

it('removes the folder of a killed process that nobody has touched for ten minutes', async () => {
  const left = await killedWhileReceiving();
  expect(await readdir(left)).toEqual(['half']);
  await open();
  // For all that another process knows, the owner may still run.
  expect(await exists(join(left, 'half'))).toBe(true);
  await age(left, 11);
  await open();
  expect(await exists(left)).toBe(false);
});

it('leaves the folders of others when its own clock is a day ahead', async () => {
  const other = await open();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
  try {
    await open();
  } finally {
    vi.useRealTimers();
  }
  expect(await exists(other)).toBe(true);
});

it('leaves folders of running processes and foreign files, and removes its own at the end', async () => {
  const own = await open();
  const images = await open('images');
  const foreign = join(parentDir, 'somebody-else');
  await mkdir(foreign);
  await Promise.all([foreign, images].map((path) => age(path, 60)));
  await open();
  expect(await readdir(parentDir)).toEqual(
    expect.arrayContaining([basename(own), basename(images), 'somebody-else']),
  );
  await closing.closeAll();
  expect(await readdir(parentDir)).toEqual(['somebody-else']);
});

it('touches its folder while it runs, removes stale ones, and recreates its own if another process removed it', async () => {
  const own = await open();
  const left = join(parentDir, 'notify-inbox-lists-killed');
  await mkdir(left);
  await writeFile(join(left, 'half'), 'x');
  await age(left, 11);
  await rm(own, { recursive: true });
  await clock.pass(60_000);
  await until('the folder to be there again and the other to be gone', async () => {
    const names = await readdir(parentDir);
    return names.length === 1 && names[0] === basename(own);
  });
});
