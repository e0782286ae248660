/** Names that a network brings: a client may write them to deceive the agent who reads them. */
import { expect, it } from 'vitest';
import { startDesk } from '../../support/startDesk.ts';

const TURN = '\u202E';

it('shows and saves a client’s file, person and community under a name that does not deceive', async () => {
  await using desk = await startDesk();
  const { control } = desk.sandbox;
  const admin = await desk.as('admin@example.com');
  const inbox = await desk.openInbox(admin);
  control.createCommunity({ groupId: 700_901, name: `Магазин${TURN}\u200B «Мост»`, token: 'names-token' });
  const community = await admin.call('connectCommunity', {
    body: { network: 'vk', token: 'names-token', intake: { longPoll: true, webhook: false } },
  });
  expect(community.name).toBe('Магазин «Мост»');

  control.createUser({
    userId: 7_101,
    firstName: `Анна${TURN}`,
    lastName: 'Ива\nнова',
    phone: '+79992227101',
  });
  control.clientSends({
    userId: 7_101,
    groupId: desk.groupId,
    text: 'Подпишите договор',
    attachments: [
      {
        type: 'doc',
        doc: {
          id: 1,
          owner_id: 7_101,
          title: `Договор${TURN}fdp.exe`,
          size: 10,
          ext: 'exe',
          date: 1,
          type: 8,
          url: `${desk.sandbox.url}/samples/picture.svg`,
        },
      },
      { type: 'link', link: { url: 'https://example.com/', title: `Цены${TURN} 10/12` } },
    ],
  });
  const { attachments, conversationId } = await inbox.nextMessage(
    'the file',
    ({ text }) => text === 'Подпишите договор',
  );
  expect(attachments.map(({ title }) => title)).toEqual(['Договорfdp.exe', 'Цены 10/12']);
  const file = await fetch(`${desk.url}${attachments[0]?.mediaUrl}`, { headers: { cookie: admin.cookie } });
  expect(file.status).toBe(200);
  const disposition = file.headers.get('content-disposition') ?? '';
  expect(disposition).toContain(`filename*=UTF-8''${encodeURIComponent('Договорfdp.exe')}`);
  expect(disposition).not.toContain('%E2%80%AE');
  await inbox.nextChange(
    'the name',
    ({ row }) => row.id === conversationId && row.client.name === 'Анна Ива нова',
  );
});
