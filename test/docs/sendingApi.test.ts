/**
 * Runs the code samples of docs/sending-api.md, for senders and for receivers of statuses, as they are written there.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { signatureOf } from '../../server/statusWebhooks/signNotice.ts';
import { v1Errors } from '../../shared/v1/errorCodes.ts';
import { startServiceDesk } from '../support/serviceDesk.ts';

const page = await readFile(new URL('../../docs/sending-api.md', import.meta.url), 'utf8');

it('verifies what the desk signs, and refuses a changed, an old or a wrongly signed request', async () => {
  const [, code = ''] = page.match(/```js verify\n([\s\S]*?)```/) ?? [];
  const { isFromTheDesk } = (await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
  )) as { isFromTheDesk(signature: string, body: Buffer, secret: string, nowMs?: number): boolean };
  const body = JSON.stringify({ callbackData: 'тёплый чай' });
  const now = Date.now();
  const signature = signatureOf('secret', now, body);
  expect(isFromTheDesk(signature, Buffer.from(body), 'secret')).toBe(true);
  expect(isFromTheDesk(signature, Buffer.from(`${body} `), 'secret')).toBe(false);
  expect(isFromTheDesk(signature, Buffer.from(body), 'other')).toBe(false);
  expect(isFromTheDesk(signature, Buffer.from(body), 'secret', now + 301_000)).toBe(false);
  expect(isFromTheDesk('', Buffer.from(body), 'secret')).toBe(false);
});

it('sends a message by the code for senders, and a repeat returns the same message', async () => {
  const [, code = ''] = page.match(/```js\n([\s\S]*?)```/) ?? [];
  await using desk = await startServiceDesk();
  const folder = await mkdtemp(join(tmpdir(), 'sending-sample-'));
  try {
    await symlink(
      new URL('../../node_modules', import.meta.url).pathname,
      join(folder, 'node_modules'),
      'dir',
    );
    const file = join(folder, 'send.mjs');
    const report = 'console.log(JSON.stringify({ status: answer.status, message: await answer.json() }));';
    await writeFile(file, `${code.replaceAll('https://desk.example.com', desk.url)}\n${report}\n`);
    const send = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [file], {
        env: { ...process.env, KEY: desk.key.consumerKey, SECRET: desk.key.consumerSecret },
      });
      return JSON.parse(stdout) as { status: number; message: Record<string, unknown> };
    };
    const first = await send();
    expect(first).toMatchObject({ status: 202, message: { clientMessageId: 'order-5-ready' } });
    expect(await send()).toMatchObject({ message: { id: first.message.id } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('names only codes that exist in the API', () => {
  for (const [, code = ''] of page.matchAll(/refused with `(\w+)`/g))
    expect(Object.keys(v1Errors)).toContain(code);
});
