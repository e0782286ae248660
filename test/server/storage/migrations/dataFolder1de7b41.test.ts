/**
 * The real program opens a data folder that commit 1de7b41 made, the last one before schema versions.
 * test/samples/dataFolder-1de7b41/README.md lists what is in the folder.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../../server/storage/migrations/migrations.ts';
import { copyDataFolder, type DataFolder } from '../../../support/dataFolder.ts';
import type { DeskClient } from '../../../support/deskProcess.ts';
import { startDesk, type TestDesk } from '../../../support/startDesk.ts';
import { openFolder } from './openFolder.ts';

let folder: DataFolder;
let before: StoredMessages;
let desk: TestDesk;
let anna: DeskClient;
let maria: DeskClient;
beforeAll(async () => {
  folder = await copyDataFolder('dataFolder-1de7b41');
  before = await lookInto(folder.path);
  desk = await startDesk({ dataDir: folder.path, env: { MONGODB_URI: '' } });
  anna = await desk.as('anna@example.com');
  maria = await desk.as('maria@example.com');
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

interface StoredMessages {
  version: number | null;
  withOldField: number;
  withNewField: number;
  indexes: string[];
  conversations: Record<string, unknown>[];
  conversationIndexes: string[];
}

/** Reads the data file while no desk has it open. */
async function lookInto(dataDir: string): Promise<StoredMessages> {
  await using folder = await openFolder(dataDir);
  const messages = folder.db.collection('serviceMessages');
  const schema = await folder.db.collection('schema').findOne({});
  return {
    version: schema ? (schema.version as number) : null,
    withOldField: await messages.countDocuments({ expireAt: { $exists: true } }),
    withNewField: await messages.countDocuments({ expiryDueAt: { $exists: true } }),
    indexes: (await messages.indexes()).map(({ name }) => name as string),
    conversations: await folder.db.collection('conversations').find().sort({ _id: 1 }).toArray(),
    conversationIndexes: (await folder.db.collection('conversations').indexes()).map(
      ({ name }) => name as string,
    ),
  };
}

describe('a data folder of commit 1de7b41', () => {
  it('has the form of its time: no version, and the old field', () => {
    expect(before).toMatchObject({ version: null, withOldField: 3, withNewField: 0 });
    expect(before.indexes).toContain('expireAt_1');
  });

  it('shows the conversation as it was, with the answer', async () => {
    const { rows } = await anna.call('listConversations', { query: { filter: 'all' } as never });
    const threads = await Promise.all(
      rows.map(({ id }) => anna.call('listMessages', { params: { conversationId: id }, query: {} as never })),
    );
    const texts = threads.map(({ messages }) => messages.map(({ text, status }) => [text, status]));
    expect(texts).toContainEqual([
      ['Где мой заказ?', 'received'],
      ['Уже едет, будет в шесть', 'read'],
      ['Спасибо!', 'received'],
    ]);
    expect(JSON.stringify(texts)).toContain('Заберу сегодня вечером');
  });

  it('has nothing unread that the team had read, and lists what waits for an answer', async () => {
    expect(before.conversations.length).toBeGreaterThan(0);
    const query = { filter: 'all' } as never;
    for (const person of [anna, maria]) {
      const { rows, readMarks } = await person.call('listConversations', { query });
      expect(readMarks).toEqual([]);
      for (const row of rows) {
        const old = before.conversations.find(({ _id }) => String(_id) === row.id);
        const unread = old?.waitingSince ? Number(old.replyCount) - Number(old.readReplyCount) : 0;
        expect(row.replyCount - row.answeredReplyCount).toBe(unread);
        expect(row.waitingSince !== null).toBe(Boolean(old?.waitingSince));
      }
      const waiting = await person.call('listConversations', { query: { waiting: 'true' } as never });
      const since = ({ waitingSince }: (typeof rows)[number]) => Date.parse(waitingSince ?? '');
      expect(waiting.rows.map(({ id }) => id)).toEqual(
        rows
          .filter(({ waitingSince }) => waitingSince !== null)
          .sort((a, b) => since(a) - since(b))
          .map(({ id }) => id),
      );
    }
  });

  it('shows each service message with its status and history', async () => {
    const { rows } = await maria.call('searchDeliveries', { body: {} as never });
    const details = await Promise.all(
      rows.map(({ id }) => maria.call('readDelivery', { params: { messageId: id } })),
    );
    const statuses = details.map(({ clientMessageId, status }) => [clientMessageId, status]);
    // Messages that were still open then may have expired since, depending on today's date.
    const open = ['queued', 'sent', 'waiting'];
    const ended = statuses.filter(([name]) => !open.includes(name ?? ''));
    expect(statuses).toHaveLength(7);
    expect(Object.fromEntries(ended)).toEqual({
      read: 'read',
      delivered: 'delivered',
      undelivered: 'undelivered',
      expired: 'expired',
    });
    const delivered = details.find(({ clientMessageId }) => clientMessageId === 'delivered');
    expect(delivered?.text).toBe('Заказ №7 готов');
    expect(new Set(delivered?.history.map(({ status }) => status))).toEqual(
      new Set(['queued', 'sent', 'delivered']),
    );
  });

  it('works as before: a client writes and is answered', async () => {
    desk.sandbox.control.clientSends({ userId: 2002, groupId: desk.groupId, text: 'После обновления' });
    const inbox = await desk.openInbox(anna);
    const { conversationId } = await inbox.nextMessage('it', ({ text }) => text === 'После обновления');
    const body = { clientToken: 'after-the-upgrade', text: 'Работаем' };
    const answer = await anna.call('sendAnswer', { params: { conversationId }, body });
    await inbox.nextMessage('the answer to be sent', (m) => m.id === answer.id && m.status === 'sent');
  });

  it('has the newest version afterwards, and no old field', async () => {
    await desk[Symbol.asyncDispose]();
    const after = await lookInto(folder.path);
    expect(after).toMatchObject({ version: migrations.length, withOldField: 0 });
    expect(after.indexes).toContain('expiryDueAt_1');
    expect(after.indexes).not.toContain('expireAt_1');
    expect(before.conversationIndexes.join()).toContain('isUnread');
    expect(after.conversationIndexes.join()).not.toContain('isUnread');
    for (const conversation of after.conversations) {
      expect(conversation).not.toHaveProperty('isUnread');
      expect(conversation).not.toHaveProperty('readReplyCount');
    }
  });
});
