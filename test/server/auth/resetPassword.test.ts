/** `npm run reset-password` as an operator runs it, over the embedded store. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditModel } from '../../../server/audit/audit.ts';
import { connectDatabase } from '../../../server/storage/database.ts';
import { openEmbeddedStore } from '../../../server/storage/embedded/open.ts';
import { silent } from '../../support/store.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

const command = fileURLToPath(new URL('../../../server/resetPassword.ts', import.meta.url));
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-reset-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function withDesk<T>(
  work: (desk: TestDesk, lines: ReturnType<typeof auditModel>) => Promise<T>,
): Promise<T> {
  const store = await openEmbeddedStore({ dataDir, logger: silent });
  const connection = await connectDatabase(store.uri);
  const desk = await openTestDesk({ connection, dataDir });
  try {
    return await work(desk, auditModel(connection));
  } finally {
    await desk.close();
    await connection.close();
    await store.close();
  }
}

function run(...args: string[]): Promise<{ code: number; text: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: dataDir };
  for (const name of ['MONGODB_URI', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS']) delete env[name];
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', command, ...args], { env }, (error, out, problems) =>
      resolve({ code: error ? Number(error.code) : 0, text: out + problems }),
    );
  });
}

it('gives the administrator a password that must be changed, and keeps this in the audit', async () => {
  const email = 'admin@example.com';
  const former = await withDesk(async (desk) => desk.passwords.get(email)!);
  const { code, text } = await run('Admin@Example.com');
  expect([code, text]).toEqual([0, expect.stringContaining(`The new password of ${email}`)]);
  const password = /: ([a-z2-9-]{19})\n/.exec(text)?.[1] ?? '';
  await withDesk(async (desk, lines) => {
    expect((await desk.signIn(email, former)).status).toBe(401);
    expect(await (await desk.signIn(email, password)).json()).toEqual({ ok: true, mustChangePassword: true });
    expect(await lines.find().lean()).toMatchObject([
      { action: 'person.passwordReset', personId: null, subject: { kind: 'person', name: 'Администратор' } },
    ]);
  });
});
