/** `npm run rotate-keys` as an operator runs it: over the embedded store, killed in the middle, and run again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKeys } from '../../../server/keys/keptKeys.ts';
import { buildIndexes, connectDatabase } from '../../../server/storage/database.ts';
import { openEmbeddedStore } from '../../../server/storage/embedded/open.ts';
import { namedKeyOf } from '../../../server/storage/sealing.ts';
import { loadSecrets } from '../../../server/storage/secretsFile.ts';
import { silent } from '../../support/store.ts';
import { fill, keyDeps, openAll, otherwiseSealed } from './sealedStore.ts';

const command = fileURLToPath(new URL('../../../server/rotateKeys.ts', import.meta.url));
const own = { secretKey: null };
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-rotate-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function withStore<T>(work: (deps: ReturnType<typeof keyDeps>) => Promise<T>): Promise<T> {
  const store = await openEmbeddedStore({ dataDir, logger: silent });
  const connection = await connectDatabase(store.uri);
  try {
    const deps = keyDeps(connection);
    await buildIndexes(Object.values(deps) as never);
    return await work(deps);
  } finally {
    await connection.close();
    await store.close();
  }
}

function run(): {
  child: ChildProcess;
  firstOutput: Promise<string>;
  code: Promise<number | null>;
  text(): string;
} {
  const env = { ...process.env, DATA_DIR: dataDir };
  for (const name of ['MONGODB_URI', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS'])
    delete (env as NodeJS.ProcessEnv)[name];
  const child = spawn(process.execPath, ['--import', 'tsx', command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const firstOutput = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => {
        text += part.toString();
        resolve(text);
      });
  });
  return {
    child,
    firstOutput,
    code: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    text: () => text,
  };
}

it('makes a new key, leaves everything readable when killed in the middle, and finishes when run again', async () => {
  const before = await loadSecrets(dataDir, own);
  const { plain, keyId } = await withStore(async (deps) => {
    const { sealing } = await openKeys(deps, before);
    await fill(deps.clients.db, sealing, { count: 3_000 });
    return { plain: await openAll(deps.clients.db, sealing), keyId: sealing.keyId };
  });

  const killed = run();
  expect(await killed.firstOutput).toContain('Pass 1');
  killed.child.kill('SIGKILL');
  expect(await killed.code).toBeNull();
  const between = await loadSecrets(dataDir, own);
  expect(between.former).toEqual([before.current]);
  await withStore(async (deps) => {
    const { sealing } = await openKeys(deps, between);
    expect(await openAll(deps.clients.db, sealing)).toEqual(plain);
    // The kept keys come last, so the previous key cannot be lost meanwhile.
    expect(namedKeyOf((await deps.keptKeys.findById('blindIndex').orFail().lean()).sealed)).toBe(keyId);
  });

  const again = run();
  expect([await again.code, again.text()]).toEqual([0, expect.stringContaining('secrets.former.json')]);
  expect(again.text()).toContain(`Key ${keyId} may not seal any more`);
  const after = await loadSecrets(dataDir, own);
  expect(after).toEqual({ ...between, former: [] });
  await withStore(async (deps) => {
    const { sealing } = await openKeys(deps, after);
    expect(await openAll(deps.clients.db, sealing)).toEqual(plain);
    expect(await otherwiseSealed(deps.clients.db, sealing.keyId)).toEqual([]);
  });
}, 90_000);

it('refuses to run while the desk runs, and says so', async () => {
  await withStore(async () => {
    const refused = run();
    expect(await refused.code).toBe(1);
    expect(refused.text()).not.toContain('    at ');
    expect(refused.text()).toMatch(/open|use/);
  });
}, 30_000);
