import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../../server/app/config.ts';
import { startDesk as start } from '../../../server/app/createServer.ts';
import { openEmbeddedStore } from '../../../server/storage/embedded/open.ts';
import { freePort } from '../../support/freePort.ts';
import { quickTiming, startDesk } from '../../support/startDesk.ts';
import { openTestStore, silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';

async function ready(url: string) {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, body: await answer.json() };
}

it('is alive and not ready while it starts, and ready once every part has started', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-ready-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const starting = start(
    readConfig({ PORT: String(port), HOST: '127.0.0.1', SANDBOX_PORT: '0', DATA_DIR: dataDir }),
    { logger: silent, webDir: null, timing: quickTiming },
  );
  try {
    const early = await until('an answer', () => ready(url), { everyMs: 1 });
    expect(early).toEqual({
      status: 503,
      body: { ok: false, store: true, clock: true, roles: { web: false, listener: false, sender: false } },
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '1']);

    await starting;
    const late = await until('the desk to be ready', async () => {
      const now = await ready(url);
      return now.status === 200 && now;
    });
    expect(late.body).toEqual({
      ok: true,
      store: true,
      clock: true,
      roles: { web: true, listener: true, sender: true },
    });
  } finally {
    await starting.then((desk) => desk.close());
    await rm(dataDir, { recursive: true, force: true });
  }
});

it('is alive and not ready while the store is away', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-store-'));
  const store = await openEmbeddedStore({ dataDir, logger: silent });
  await using desk = await startDesk({ env: { MONGODB_URI: store.uri } });
  await until('the desk to be ready', async () => (await ready(desk.url)).status === 200);
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
  const away = await until('the store to be missed', async () => {
    const now = await ready(desk.url);
    return now.status === 503 && now;
  });
  expect(away.body).toMatchObject({ ok: false, store: false });
  expect((await fetch(`${desk.url}/healthz`)).status).toBe(200);
});

it('reports only the roles of this process', async () => {
  await using store = await openTestStore();
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-roles-'));
  const desk = await start(
    readConfig({ PORT: '0', MONGODB_URI: store.uri, SANDBOX: 'off', ROLES: 'sender', DATA_DIR: dataDir }),
    { logger: silent, webDir: null, timing: quickTiming },
  );
  try {
    const { body } = await until('the sender to have started', async () => {
      const now = await ready(desk.url);
      return now.status === 200 && now;
    });
    expect(body.roles).toEqual({ sender: true });
  } finally {
    await desk.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
