/**
 * Unread is each person's own, at two processes: whatever two people open, answer, resolve and lose, every tab of
 * theirs shows what a recount of the threads gives, and what waits is the same for everybody.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClosing } from '../../../server/app/closing.ts';
import type { ListScope } from '../../../shared/conversationLists.ts';
import type { ConversationChanged } from '../../../shared/events.ts';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import type { MessageView } from '../../../shared/schemas/message.ts';
import { applyRows, type ListWindow, openWindow, resumeWindow } from '../../../web/desk/listWindow.ts';
import { createReadMarks, unreadCountOf } from '../../../web/desk/readMarks.ts';
import { type DeskClient, signIn } from '../../support/deskProcess.ts';
import { startScreensProcess } from '../../support/screensProcess.ts';
import { type Inbox, openInbox, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const USER_IDS = [2001, 2002, 2003, 2004];
const ROUNDS = 3;
const STEPS_A_ROUND = 14;

const closing = createClosing();
let first: TestDesk;
let secondUrl: string;
beforeAll(async () => {
  const store = await openTestStore();
  closing.add(() => store[Symbol.asyncDispose]());
  const secretKey = Buffer.alloc(32, 7).toString('base64');
  first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey } });
  closing.add(() => first[Symbol.asyncDispose]());
  const second = await startScreensProcess({ first, storeUri: store.uri, secretKey });
  closing.add(() => second[Symbol.asyncDispose]());
  secondUrl = second.url;
});
afterAll(() => closing.closeAll());

const passwordOf = (email: string) =>
  first.desk.firstPeople.people.find((person) => person.email === email)?.password ?? '';

/** A tab as the screens build it, out of the same parts: a list, this person's marks, and the socket. */
interface Tab {
  client: DeskClient;
  /** Rows of this tab's list, each with what this person has not read. */
  unread(): Map<string, number>;
  rows(): readonly ConversationRow[];
  lose(): void;
  comeBack(): Promise<void>;
}

async function openTab(url: string, client: DeskClient, scope: ListScope): Promise<Tab> {
  const { me } = await client.call('bootstrap');
  const marks = createReadMarks();
  const query = { filter: scope.filter, ...(scope.waitingOnly ? { waiting: 'true' } : {}) };
  let inbox: Inbox;
  let window: ListWindow;

  const askMissing = async () => {
    const conversationIds = window.rows
      .filter((row) => row.replyCount > row.answeredReplyCount && !marks.known.get().has(row.id))
      .map(({ id }) => id);
    if (conversationIds.length === 0) return;
    marks.learn(
      conversationIds,
      (await client.call('listReadMarks', { body: { conversationIds } })).readMarks,
    );
  };
  const listen = () => {
    inbox.socket.on('changes', (changes) => {
      const own = changes.filter(
        (change): change is ConversationChanged => change.type === 'conversation.changed',
      );
      marks.changed(own);
      for (const change of changes) {
        if (change.type !== 'readMark.moved') continue;
        expect(change.personId).toBe(me.id);
        marks.moved(change.readMark);
      }
      window = applyRows(
        window,
        own.map((change) => change.row),
      );
      void askMissing();
    });
    inbox.socket.on('resume:needed', () => void resume());
  };
  const resume = async () => {
    const rows = window.rows.map(({ id, revision }) => ({ id, revision }));
    const list = { filter: scope.filter, communityId: null, waiting: scope.waitingOnly, rows };
    const from = inbox.changes.length;
    const answer = await inbox.socket.timeout(5_000).emitWithAck('resume', { threads: [], list });
    if (!answer.ok || !answer.data.list) throw new Error('resume was refused');
    marks.keepOnly(new Set(answer.data.list.order));
    marks.learn(answer.data.list.order, answer.data.readMarks);
    window = resumeWindow(window, answer.data.list);
    const meanwhile = inbox.changes.slice(from);
    window = applyRows(
      window,
      meanwhile.flatMap((change) => (change.type === 'conversation.changed' ? [change.row] : [])),
    );
    await askMissing();
  };

  const page = await client.call('listConversations', { query: query as never });
  window = openWindow(scope, me.id, page);
  marks.learn(
    page.rows.map(({ id }) => id),
    page.readMarks,
  );
  inbox = await openInbox(url, client);
  listen();
  closing.add(async () => {
    inbox.socket.disconnect();
  });
  await resume();
  return {
    client,
    unread: () => new Map(window.rows.map((row) => [row.id, unreadCountOf(row, marks.known.get())])),
    rows: () => window.rows,
    lose: () => inbox.socket.disconnect(),
    async comeBack() {
      if (inbox.socket.connected) return;
      inbox = await openInbox(url, client);
      listen();
      await resume();
    },
  };
}

/** The same numbers in every run, so that a failure can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What is left to read for one person, from the thread alone and from how far they said that they had read. */
function recount(
  thread: readonly MessageView[],
  readUpToSeq: number,
  seenBy: ReadonlyMap<string | null, number>,
): { unread: number; waits: boolean } {
  const replies = thread.filter(({ kind }) => kind === 'reply');
  // An answer ends what its writer had seen; a resolution ends everything before it.
  const ends = thread.map(({ kind, seq, clientToken, system }) => {
    if (kind === 'answer') return seenBy.get(clientToken) ?? seq;
    return system?.event === 'resolved' ? seq : 0;
  });
  const lastEnd = Math.max(0, ...ends);
  const left = replies.filter(({ seq }) => seq > lastEnd);
  return { unread: left.filter(({ seq }) => seq > readUpToSeq).length, waits: left.length > 0 };
}

it('equals a recount of the threads for two people at two processes, whatever they lose', async () => {
  const pick = seeded(30);
  const anyOf = <T>(all: readonly T[]): T => all[pick(all.length)] as T;
  const anna = await signIn(first.url, 'anna@example.com', passwordOf('anna@example.com'));
  const annaElsewhere = await signIn(secondUrl, 'anna@example.com', passwordOf('anna@example.com'));
  const ivan = await signIn(secondUrl, 'ivan@example.com', passwordOf('ivan@example.com'));
  const people = await Promise.all(
    [anna, ivan].map(async (client) => (await client.call('bootstrap')).me.id),
  );
  const all = { filter: 'all', communityId: null, waitingOnly: false } as const;
  const tabs = [
    { person: 0, tab: await openTab(first.url, anna, all) },
    { person: 0, tab: await openTab(secondUrl, annaElsewhere, { ...all, filter: 'mine' }) },
    { person: 1, tab: await openTab(secondUrl, ivan, { ...all, waitingOnly: true }) },
    { person: 1, tab: await openTab(secondUrl, ivan, { ...all, filter: 'mine' }) },
  ];
  const clients = [anna, ivan];
  /** The place that the writer of an answer had seen, by its token. */
  const seenBy = new Map<string | null, number>();
  /** How far each person has read each conversation. */
  const readUpTo = [new Map<string, number>(), new Map<string, number>()];
  const watcher = await first.openInbox(anna);

  let written = 0;
  const write = async () => {
    written += 1;
    const text = `Реплика ${written}`;
    first.sandbox.control.clientSends({ userId: anyOf(USER_IDS), groupId: first.groupId, text });
    return (await watcher.nextMessage(text, (message) => message.text === text)).conversationId;
  };
  const ids = new Set<string>();
  while (ids.size < USER_IDS.length) ids.add(await write());

  const step = async () => {
    const params = { conversationId: anyOf([...ids]) };
    const person = pick(2);
    const client = clients[person] as DeskClient;
    const row = await client.call('readConversation', { params });
    switch (pick(9)) {
      case 0:
      case 1:
      case 2:
        return write();
      case 3:
      case 4: {
        const upToSeq = 1 + pick(row.lastSeq);
        readUpTo[person]?.set(row.id, Math.max(upToSeq, readUpTo[person]?.get(row.id) ?? 0));
        return client.call('markRead', { params, body: { upToSeq } });
      }
      case 5: {
        if (pick(3) === 0)
          return client.call('setStatus', { params, body: { status: 'resolved', seenSeq: row.lastSeq } });
        const body = {
          clientToken: `answer-${written}-${pick(1e9)}`,
          text: 'Да',
          seenSeq: Math.max(1, row.lastSeq - pick(3)),
        };
        seenBy.set(body.clientToken, body.seenSeq);
        return client.call('sendAnswer', { params, body });
      }
      case 6:
        return client.call('addNote', { params, body: { clientToken: `n-${pick(1e9)}`, text: 'Заметка' } });
      case 7:
        return client.call('assign', { params, body: { personId: anyOf([...people, null]) } });
      default: {
        const { tab } = anyOf(tabs);
        return pick(2) === 0 ? tab.lose() : tab.comeBack();
      }
    }
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = 0; at < STEPS_A_ROUND; at += 1) await step();
    await Promise.all(tabs.map(({ tab }) => tab.comeBack()));
    for (const { person, tab } of tabs) {
      const expected = new Map<string, number>();
      for (const conversationId of ids) {
        const { row, messages } = await tab.client.call('listMessages', {
          params: { conversationId },
          query: { limit: 200 } as never,
        });
        const { unread, waits } = recount(messages, readUpTo[person]?.get(conversationId) ?? 0, seenBy);
        expect(row.waitingSince !== null, `${conversationId} waits`).toBe(waits);
        expected.set(conversationId, unread);
      }
      await until(`tab of person ${person} in round ${round} to show ${[...expected.values()]}`, () =>
        [...tab.unread()].every(([id, unread]) => unread === expected.get(id)),
      );
      const shown = await tab.client.call('listConversations', {
        query: { filter: 'all', waiting: 'true' } as never,
      });
      expect(new Set(shown.rows.map(({ id }) => id)).size).toBe(
        shown.rows.filter(({ waitingSince }) => waitingSince !== null).length,
      );
    }
  }
  expect([...(readUpTo[0]?.keys() ?? []), ...(readUpTo[1]?.keys() ?? [])].length).toBeGreaterThan(3);
});

it('leaves a supervisor unnoticed until they choose to mark, and tells the network only of agents', async () => {
  const maria = await signIn(first.url, 'maria@example.com', passwordOf('maria@example.com'));
  const ivan = await signIn(secondUrl, 'ivan@example.com', passwordOf('ivan@example.com'));
  const watcher = await first.openInbox(maria);
  const other = await first.openInbox(await first.as('anna@example.com'));
  const userId = 2005;
  first.sandbox.control.clientSends({ userId, groupId: first.groupId, text: 'Никто не смотрел?' });
  const { conversationId, seq } = await watcher.nextMessage('it', ({ text }) => text === 'Никто не смотрел?');
  const isReadInNetwork = () => {
    const { inReadCmid } = first.sandbox.control.snapshot({ groupId: first.groupId, userId }) as {
      inReadCmid: number;
    };
    return inReadCmid > 0;
  };
  const open = (client: DeskClient) =>
    client.call('markRead', { params: { conversationId }, body: { upToSeq: seq } });
  const marksOf = async (client: DeskClient) =>
    (await client.call('listReadMarks', { body: { conversationIds: [conversationId] } })).readMarks;

  expect((await maria.call('bootstrap')).me.marksRead).toBe(false);
  expect(await open(maria)).toEqual({ readMark: null });
  expect(await marksOf(maria)).toEqual([]);

  expect((await maria.call('changeOwnReading', { body: { marksRead: true } })).marksRead).toBe(true);
  await until('her tabs to know', () =>
    watcher.changes.some((change) => change.type === 'reading.changed' && change.marksRead),
  );
  await maria.call('changeOwnReading', { body: { marksRead: false } });
  expect(isReadInNetwork()).toBe(false);

  expect(await open(ivan)).toEqual({ readMark: { conversationId, readReplyCount: 1 } });
  await until('the network to show it', isReadInNetwork);
  expect(await marksOf(maria)).toEqual([]);
  const told = [...watcher.changes, ...other.changes].map(({ type }) => type);
  expect(told).not.toContain('readMark.moved');
  await expect(ivan.call('changeOwnReading', { body: { marksRead: false } })).rejects.toThrow('403');
});
