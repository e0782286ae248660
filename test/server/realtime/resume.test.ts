import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResumeAnswer, ResumeRequest } from '../../../shared/events.ts';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { type Inbox, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let anna: DeskClient;
let inbox: Inbox;
beforeAll(async () => {
  desk = await startDesk();
  anna = await desk.as('anna@example.com');
  inbox = await desk.openInbox(anna);
});
afterAll(async () => desk[Symbol.asyncDispose]());

async function resume(on: Inbox, request: ResumeRequest): Promise<ResumeAnswer> {
  const answer = await on.socket.timeout(5_000).emitWithAck('resume', request);
  if (!answer.ok) throw new Error(answer.code);
  return answer.data;
}

async function write(userId: number, text: string) {
  desk.sandbox.control.clientSends({ userId, groupId: desk.groupId, text });
  return inbox.nextMessage(`the message ${text}`, (message) => message.text === text);
}

describe('a tab that comes back', () => {
  it('gets what it missed of a thread, and nothing of an unchanged thread', async () => {
    const first = await write(2001, 'Первое');
    const still = await write(2002, 'Тихий диалог');
    const [threadRow, stillRow] = await Promise.all([
      named(first.conversationId),
      named(still.conversationId),
    ]);
    await write(2001, 'Второе');
    await write(2001, 'Третье');
    const answer = await resume(inbox, {
      threads: [
        { conversationId: first.conversationId, revision: threadRow.revision, fromSeq: 1 },
        { conversationId: still.conversationId, revision: stillRow.revision, fromSeq: 1 },
      ],
      list: null,
    });
    expect(answer.threads.map((thread) => thread.row.id)).toEqual([first.conversationId]);
    expect(answer.threads[0]?.messages.map((message) => message.text)).toEqual([
      'Первое',
      'Второе',
      'Третье',
    ]);
    expect(answer.threads[0]).toMatchObject({ isTruncated: false, row: { lastSeq: 3 } });
  });

  it('gets the list in its current order, with only the rows that differ', async () => {
    await named((await write(2003, 'Я сверху')).conversationId);
    const page = await anna.call('listConversations');
    const held = page.rows.map(({ id, revision }) => ({ id, revision }));
    await named((await write(2004, 'Новый диалог')).conversationId);
    const answer = await resume(inbox, {
      threads: [],
      list: { filter: 'all', communityId: null, rows: held },
    });
    const fresh = await anna.call('listConversations');
    expect(answer.list?.order).toEqual(fresh.rows.map((row) => row.id));
    const unchanged = fresh.rows.filter((row) =>
      held.some((h) => h.id === row.id && h.revision === row.revision),
    );
    expect(answer.list?.rows.map((row) => row.id).sort()).toEqual(
      fresh.rows
        .filter((row) => !unchanged.includes(row))
        .map((row) => row.id)
        .sort(),
    );
  });

  it('gets one code for an invalid request', async () => {
    const wrong = { threads: [{ conversationId: 'x', revision: -1, fromSeq: 0 }], list: null } as never;
    expect(await inbox.socket.timeout(5_000).emitWithAck('resume', wrong)).toEqual({
      ok: false,
      code: 'badRequest',
    });
  });
});

describe('a person who may see no community', () => {
  it('receives no change, no list, no thread and no file of it', async () => {
    const admin = await desk.as('admin@example.com');
    const { people } = await admin.call('listPeople');
    const ivanId = people.find((person) => person.email === 'ivan@example.com')?.id ?? '';
    await admin.call('changePerson', { params: { personId: ivanId }, body: { communityIds: [] } });
    const ivan = await desk.as('ivan@example.com');
    const ivanInbox = await desk.openInbox(ivan);

    const seen = await write(2005, 'Не для всех');
    const { conversationId } = seen;
    // The server sent Anna's copy in the same packet, so Ivan's would have arrived before his answer.
    const answer = await resume(ivanInbox, {
      threads: [{ conversationId, revision: 0, fromSeq: 1 }],
      list: { filter: 'all', communityId: null, rows: [] },
    });
    expect(ivanInbox.changes).toEqual([]);
    expect(answer).toMatchObject({ threads: [], list: { order: [], rows: [] }, communities: [] });
    await expect(ivan.call('listMessages', { params: { conversationId } })).rejects.toThrow(
      /404.*conversationNotFound/s,
    );
    await expect(
      ivan.call('sendAnswer', {
        params: { conversationId },
        body: { clientToken: 'forbidden-1', text: 'x' },
      }),
    ).rejects.toThrow(/404/);
    expect((await ivan.call('listConversations')).rows).toEqual([]);
    const { client } = await anna.call('readConversation', { params: { conversationId } });
    expect(
      (await fetch(`${desk.url}/media/clients/${client.id}`, { headers: { cookie: ivan.cookie } })).status,
    ).toBe(404);
  });

  it('cannot open a socket without signing in, nor from a page of another site', async () => {
    await expect(desk.openInbox({ ...anna, cookie: '' })).rejects.toThrow('notSignedIn');
    const answer = await fetch(`${desk.url}/socket.io/?EIO=4&transport=polling`, {
      headers: { cookie: anna.cookie, origin: 'https://example.org' },
    });
    expect(answer.status).toBe(403);
  });
});

/** The conversation once the client's name was read, because that raises the revision too. */
function named(conversationId: string): Promise<ConversationRow> {
  return until('the name to be read', async () => {
    const row = await anna.call('readConversation', { params: { conversationId } });
    return !row.client.name.startsWith('id') && row;
  });
}
