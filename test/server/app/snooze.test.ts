/** A snooze that ends while the program is down. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';
import { openFolder } from '../storage/migrations/openFolder.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-snooze-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Only the embedded store keeps its data in the folder. */
it.skipIf(process.env.MONGODB_URI)('ends once, at the start', async () => {
  let conversationId = '';
  let since = '';
  {
    await using desk = await startDesk({ dataDir });
    const anna = await desk.as('anna@example.com');
    const inbox = await desk.openInbox(anna);
    desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text: 'Жду в понедельник' });
    const message = await inbox.nextMessage('the message', ({ text }) => text === 'Жду в понедельник');
    conversationId = message.conversationId;
    since = message.sentAt;
    const params = { conversationId };
    await anna.call('markRead', { params, body: { upToSeq: message.seq } });
    const snoozed = await anna.call('setStatus', {
      params,
      body: { status: 'snoozed', snooze: { kind: 'minutes', minutes: 60 }, seenSeq: message.seq },
    });
    expect(snoozed).toMatchObject({ status: 'snoozed', waitingSince: message.sentAt });
  }
  {
    await using folder = await openFolder(dataDir);
    const { modifiedCount } = await folder.db
      .collection('conversations')
      .updateOne({ status: 'snoozed' }, { $set: { snoozedUntil: new Date(Date.now() - 60_000) } });
    expect(modifiedCount).toBe(1);
  }
  {
    await using desk = await startDesk({ dataDir });
    const anna = await desk.as('anna@example.com');
    const row = await until('the conversation to be back', async () => {
      const [first] = (await anna.call('listConversations')).rows;
      return first?.id === conversationId && first;
    });
    expect(row).toMatchObject({ status: 'open', snoozedUntil: null, waitingSince: since });
    const { messages } = await anna.call('listMessages', { params: { conversationId }, query: {} as never });
    expect(messages.map(({ kind, system }) => system?.event ?? kind)).toEqual(['reply', 'snoozed', 'woken']);
  }
});
