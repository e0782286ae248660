import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../../server/app/config.ts';
import { startDesk as start } from '../../../server/app/createServer.ts';
import { signIn } from '../../support/deskProcess.ts';
import { openInbox, quickTiming, startDesk } from '../../support/startDesk.ts';
import { openTestStore, silent } from '../../support/store.ts';

it('shows at one process what another has received, and sends there what was answered here', async () => {
  await using store = await openTestStore();
  const secretKey = Buffer.alloc(32, 7).toString('base64');
  // The first process listens and sends; the second only serves screens.
  await using first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey } });
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-second-'));
  const second = await start(
    readConfig({
      PORT: '0',
      MONGODB_URI: store.uri,
      SECRET_KEY: secretKey,
      SANDBOX: 'off',
      VK_API_URL: first.sandbox.apiBaseUrl,
      OK_API_URL: first.sandbox.okBaseUrl,
      ROLES: 'web',
      DATA_DIR: dataDir,
    }),
    { logger: silent, webDir: null, timing: quickTiming },
  );
  try {
    const password =
      first.desk.firstPeople.people.find(({ email }) => email === 'anna@example.com')?.password ?? '';
    const anna = await signIn(second.url, 'anna@example.com', password);
    const inbox = await openInbox(second.url, anna);
    try {
      first.sandbox.control.clientSends({ userId: 2001, groupId: first.groupId, text: 'Через два процесса' });
      const reply = await inbox.nextChange(
        'the reply',
        ({ row }) => row.lastMessage?.excerpt === 'Через два процесса',
      );
      const answered = await anna.call('sendAnswer', {
        params: { conversationId: reply.row.id },
        body: { clientToken: 'two-processes', text: 'Ответ из второго' },
      });
      await inbox.nextMessage('the answer to be sent', (m) => m.id === answered.id && m.status === 'sent');
      const phone = first.sandbox.control.snapshot({ groupId: first.groupId, userId: 2001 });
      expect(JSON.stringify(phone)).toContain('Ответ из второго');
    } finally {
      inbox.socket.disconnect();
    }
  } finally {
    await second.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
