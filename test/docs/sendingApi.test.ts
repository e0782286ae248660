/** The code that docs/sending-api.md gives to receivers of statuses is run as it stands there. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { signatureOf } from '../../server/statusWebhooks/signNotice.ts';
import { v1Errors } from '../../shared/v1/errorCodes.ts';

const page = await readFile(new URL('../../docs/sending-api.md', import.meta.url), 'utf8');

it('checks what the desk signs, and refuses what was changed, is old or is of another secret', async () => {
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

it('names only codes that the API has', () => {
  for (const [, code = ''] of page.matchAll(/refused with `(\w+)`/g))
    expect(Object.keys(v1Errors)).toContain(code);
});
