import { expect, it } from 'vitest';
import { signIn } from '../../support/deskProcess.ts';
import { startScreensProcess } from '../../support/screensProcess.ts';
import { openInbox, startDesk } from '../../support/startDesk.ts';
import { openTestStore } from '../../support/store.ts';

it('shows at one process what another has received, and sends there what was answered here', async () => {
  await using store = await openTestStore();
  const secretKey = Buffer.alloc(32, 7).toString('base64');
  // The first process listens and sends; the second only serves screens.
  await using first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey } });
  await using second = await startScreensProcess({ first, storeUri: store.uri, secretKey });
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
});
