/** The counters of waiting conversations, at the tabs of two processes over one store. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskServer } from '../../../server/realtime/deskSocket.ts';
import { createQueueCounts, type QueueCountsDeps } from '../../../server/realtime/queueCounts.ts';
import { limits } from '../../../shared/limits.ts';
import {
  type ConversationRow,
  countedQueues,
  type QueueCounts,
} from '../../../shared/schemas/conversation.ts';
import { type DeskClient, signIn } from '../../support/deskProcess.ts';
import { type ScreensProcess, startScreensProcess } from '../../support/screensProcess.ts';
import { quickTiming, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { atMinute, hexId, sampleRow } from '../../web/support/samples.ts';

const timing = { ...quickTiming, queueCounts: { everyMs: 20, retryMs: 50 } };
const secretKey = Buffer.alloc(32, 7).toString('base64');

describe('two processes', () => {
  let store: TestStore;
  let first: TestDesk;
  let second: ScreensProcess;
  let anna: DeskClient;
  let ivan: DeskClient;
  const tabs: { socket: ReturnType<typeof io>; counts: QueueCounts; client: DeskClient }[] = [];

  /** Connects once its listener is there: the first counters come at once. */
  function openTab(url: string, client: DeskClient) {
    const socket = io(url, {
      transports: ['websocket'],
      extraHeaders: { cookie: client.cookie, origin: url },
      forceNew: true,
    });
    const counts: QueueCounts = {};
    socket.on('counts', (changed: QueueCounts) => Object.assign(counts, changed));
    const tab = { socket, counts, client };
    tabs.push(tab);
    return tab;
  }

  beforeAll(async () => {
    store = await openTestStore();
    first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey }, timing });
    second = await startScreensProcess({ first, storeUri: store.uri, secretKey, timing });
    anna = await first.as('anna@example.com');
    ivan = await first.as('ivan@example.com');
  });
  afterAll(async () => {
    for (const { socket } of tabs) socket.disconnect();
    await second?.[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
  });

  /** What the lists themselves hold, read anew. */
  async function listed(client: DeskClient): Promise<QueueCounts> {
    const counts: QueueCounts = {};
    for (const filter of countedQueues) {
      const { rows } = await client.call('listConversations', {
        query: { filter, waiting: 'true', limit: '100' } as never,
      });
      counts[filter] = rows.length;
    }
    return counts;
  }

  const untilAllAgree = (what: string) =>
    until(what, async () => {
      for (const { client, counts } of tabs) {
        const fresh = await listed(client);
        if (countedQueues.some((queue) => counts[queue] !== fresh[queue])) return false;
      }
      return true;
    });

  it('show what each person’s lists hold, after every kind of change', async () => {
    openTab(first.url, anna);
    openTab(second.url, anna);
    openTab(second.url, ivan);
    await untilAllAgree('the counters of an empty desk');
    for (let userId = 2001; userId <= 2005; userId += 1)
      first.sandbox.control.clientSends({ userId, groupId: first.groupId, text: `Вопрос ${userId}` });
    await until('five waiting', async () => (await listed(anna)).waiting === 5);
    await untilAllAgree('the counters of five clients');
    expect(tabs[0]!.counts).toEqual({ waiting: 5, mine: 0, unassigned: 5 });

    const { rows } = await anna.call('listConversations', { query: { filter: 'waiting' } as never });
    const { me } = await ivan.call('bootstrap');
    const of = (at: number) => ({ params: { conversationId: rows[at]!.id } });
    const seenSeq = 1_000;
    await anna.call('assign', { ...of(0), body: { personId: me.id } });
    await anna.call('setStatus', {
      ...of(1),
      body: { status: 'snoozed', snooze: { kind: 'minutes', minutes: 60 }, seenSeq },
    });
    await anna.call('setStatus', { ...of(2), body: { status: 'resolved', seenSeq } });
    await ivan.call('assign', { ...of(3), body: { personId: me.id } });
    await ivan.call('sendAnswer', { ...of(3), body: { clientToken: crypto.randomUUID(), text: 'Готово' } });
    await untilAllAgree('the counters after the changes');
    expect(tabs[2]!.counts).toEqual({ waiting: 2, mine: 1, unassigned: 1 });
  });

  it('tell nothing of communities that a person may not see', async () => {
    const admin = await first.as('admin@example.com');
    const email = 'nobody@example.com';
    const password = 'correct horse battery';
    await admin.call('addPerson', {
      body: { name: 'Нина', email, password, role: 'agent', communityIds: [] },
    });
    const tab = openTab(second.url, await signIn(second.url, email, password));
    await until('her counters', () => tab.counts.waiting !== undefined);
    const text = 'Не для Нины';
    first.sandbox.control.clientSends({ userId: 2005, groupId: first.groupId, text });
    await untilAllAgree('the counters of all');
    expect(tab.counts).toEqual({ waiting: 0, mine: 0, unassigned: 0 });
  });

  it('are right again after a tab comes back', async () => {
    const [tab] = tabs;
    tab!.socket.disconnect();
    first.sandbox.control.clientSends({ userId: 2004, groupId: first.groupId, text: 'Пока никого нет' });
    await until('the client to wait', async () => {
      const { rows } = await anna.call('listConversations', { query: { filter: 'waiting' } as never });
      return rows.some(({ lastMessage }) => lastMessage?.excerpt === 'Пока никого нет');
    });
    tab!.socket.connect();
    await untilAllAgree('the counters of the tab that came back');
  });
});

describe('the reads of a process', () => {
  const person = { id: hexId(700), name: 'Анна', role: 'agent', isActive: true, communityIds: null };

  async function openProcess(read: QueueCountsDeps['read'], everyMs = 5) {
    const reads: string[] = [];
    const counts = createQueueCounts({
      read: (reader, queue) => {
        reads.push(`${reader.name} ${queue}`);
        return read(reader, queue);
      },
      logger: silent,
      timing: { everyMs, retryMs: 50 },
    });
    const http = createServer();
    const server: DeskServer = new Server(http);
    server.on('connection', (socket) => {
      socket.data.person = socket.handshake.auth.person;
      counts.open(socket);
      socket.on('disconnect', () => counts.close(socket));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const opened: ReturnType<typeof io>[] = [];
    return {
      reads,
      counts,
      change: (row: ConversationRow) => counts.apply({ type: 'conversation.changed', row, messages: [] }),
      open(reader: object = person) {
        const tab = io(url, { auth: { person: reader }, transports: ['websocket'], forceNew: true });
        opened.push(tab);
        const packets: QueueCounts[] = [];
        tab.on('counts', (packet: QueueCounts) => packets.push(packet));
        return {
          tab,
          packets,
          last: (queue: keyof QueueCounts) => packets.findLast((one) => queue in one)?.[queue],
        };
      },
      async [Symbol.asyncDispose]() {
        for (const tab of opened) tab.disconnect();
        await counts.stop();
        await server.close();
      },
    };
  }
  const waitingRow = (number: number, revision = 1, change: Partial<ConversationRow> = {}) =>
    sampleRow({ id: hexId(number), revision, waitingSince: atMinute(number % 60), ...change });

  it('are one for each list, however many tabs are open and messages come', async () => {
    await using process = await openProcess(async () => []);
    const tabs = Array.from({ length: 20 }, () => process.open());
    for (const { last } of tabs) await until('three counters', () => last('unassigned') === 0);
    for (let number = 1; number <= 60; number += 1) process.change(waitingRow(number));
    for (const { last } of tabs) await until('sixty waiting', () => last('waiting') === 60);
    expect(process.reads.toSorted()).toEqual(['Анна mine', 'Анна unassigned', 'Анна waiting']);
  });

  it('come again when a long queue became short, and after a gap', async () => {
    let stored: { id: string; revision: number }[] = [];
    await using process = await openProcess(async () => stored.slice(0, limits.countedUpTo));
    stored = Array.from({ length: 130 }, (_, at) => waitingRow(at + 1));
    const { last } = process.open();
    await until('as many as are counted', () => last('waiting') === limits.countedUpTo);
    const resolved = stored.splice(0, 60);
    for (const { id } of resolved)
      process.change(waitingRow(Number.parseInt(id, 16), 2, { status: 'resolved' }));
    await until('the rest, read again', () => last('waiting') === 70);
    stored = stored.slice(0, 7);
    process.counts.readAgain();
    await until('what a gap had hidden', () => last('waiting') === 7);
  });

  it('are not needed for a change that comes after a newer one', async () => {
    await using process = await openProcess(async () => []);
    const { last, packets } = process.open();
    await until('the first counters', () => last('waiting') === 0);
    process.change(waitingRow(1, 3, { status: 'resolved' }));
    process.change(waitingRow(1, 2));
    process.change(waitingRow(2, 1));
    await until('the other one', () => last('waiting') === 1);
    expect(packets.every(({ waiting = 0 }) => waiting < 2)).toBe(true);
  });

  it('go on for the other lists when one of them fails, and begin again later', async () => {
    let isBroken = true;
    await using process = await openProcess(async (_, queue) => {
      if (queue === 'mine' && isBroken) throw new Error('a fault of this list alone');
      return [waitingRow(1)];
    });
    const { last } = process.open();
    await until('the others', () => last('waiting') === 1 && last('unassigned') === 1);
    expect(last('mine')).toBeUndefined();
    isBroken = false;
    await until('the broken one', () => last('mine') === 1);
  });

  it('send a tab one packet a while, with what differs', async () => {
    await using process = await openProcess(async () => [], 200);
    const { packets, last } = process.open();
    await until('the first counters', () => last('waiting') === 0);
    const before = packets.length;
    for (let number = 1; number <= 50; number += 1) {
      process.change(waitingRow(number));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('all of them', () => last('waiting') === 50);
    expect(packets.length - before).toBeLessThanOrEqual(3);
    expect(packets.slice(before).every((packet) => !('mine' in packet))).toBe(true);
  });
});
