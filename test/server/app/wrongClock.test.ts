/** A second process whose machine is a day ahead, over the store of a first one whose clock is right. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../../server/app/config.ts';
import { startDesk as start } from '../../../server/app/createServer.ts';
import { signIn } from '../../support/deskProcess.ts';
import { withShiftedClock } from '../../support/shiftedClock.ts';
import { openInbox, quickTiming, startDesk } from '../../support/startDesk.ts';
import { openTestStore, silent } from '../../support/store.ts';

const DAY_S = 86_400;
const minutesFromNow = (time: string | null) => (Date.parse(time ?? '') - Date.now()) / 60_000;

it('works by the database’s time on a machine that is a day ahead, and says so', async () => {
  await using store = await openTestStore();
  const secretKey = Buffer.alloc(32, 7).toString('base64');
  await using first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey } });
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-ahead-'));
  const config = readConfig({
    PORT: '0',
    MONGODB_URI: store.uri,
    SECRET_KEY: secretKey,
    SANDBOX: 'off',
    VK_API_URL: first.sandbox.apiBaseUrl,
    OK_API_URL: first.sandbox.okBaseUrl,
    DATA_DIR: dataDir,
  });
  const options = { logger: silent, webDir: null, timing: quickTiming };
  const ahead = await withShiftedClock(DAY_S * 1000, () => start(config, options));
  try {
    const ready = await fetch(`${ahead.url}/readyz`);
    expect(ready.status).toBe(200);
    const { clock, clockAheadSeconds } = (await ready.json()) as Record<string, unknown>;
    expect(clock).toBe(false);
    expect(Math.abs(Number(clockAheadSeconds) - DAY_S)).toBeLessThan(5);

    const password =
      first.desk.firstPeople.people.find(({ email }) => email === 'anna@example.com')?.password ?? '';
    const anna = await signIn(ahead.url, 'anna@example.com', password);
    const inbox = await openInbox(ahead.url, anna);
    try {
      first.sandbox.control.clientSends({ userId: 2001, groupId: first.groupId, text: 'Который час?' });
      const { row } = await inbox.nextChange(
        'the reply, whichever process has received it',
        ({ row: { lastMessage } }) => lastMessage?.excerpt === 'Который час?',
      );
      const params = { conversationId: row.id };
      const answered = await anna.call('sendAnswer', {
        params,
        body: { clientToken: 'a-day-ahead', text: 'Самое время' },
      });
      expect(Math.abs(minutesFromNow(answered.sentAt))).toBeLessThan(1);
      const snoozed = await anna.call('setStatus', {
        params,
        body: { status: 'snoozed', snooze: { kind: 'minutes', minutes: 60 }, seenSeq: answered.seq },
      });
      expect(Math.abs(minutesFromNow(snoozed.snoozedUntil) - 60)).toBeLessThan(1);
      await inbox.nextMessage('the answer to be sent', (m) => m.id === answered.id && m.status === 'sent');
    } finally {
      inbox.socket.disconnect();
    }
  } finally {
    await ahead.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
