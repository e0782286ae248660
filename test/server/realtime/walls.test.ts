/** The walls of two processes over one store, by real sockets. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import type { DeskServer } from '../../../server/realtime/deskSocket.ts';
import { createWalls, usualWallTiming } from '../../../server/realtime/walls.ts';
import type { WallView } from '../../../shared/schemas/wall.ts';
import { type DeskClient, signIn } from '../../support/deskProcess.ts';
import { type ScreensProcess, startScreensProcess } from '../../support/screensProcess.ts';
import { type Inbox, openInbox, quickTiming, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const timing = { ...quickTiming, wall: { everyMs: 100 } };
const secretKey = Buffer.alloc(32, 7).toString('base64');

describe('two processes', () => {
  let store: TestStore;
  let first: TestDesk;
  let second: ScreensProcess;
  let admin: DeskClient;
  const opened: Inbox[] = [];

  beforeAll(async () => {
    store = await openTestStore();
    first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey }, timing });
    second = await startScreensProcess({ first, storeUri: store.uri, secretKey, timing });
    admin = await first.as('admin@example.com');
  });
  afterAll(async () => {
    for (const { socket } of opened) socket.disconnect();
    await second?.[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
  });

  async function openTab(url: string, client: DeskClient) {
    const inbox = await openInbox(url, client);
    opened.push(inbox);
    return inbox;
  }

  async function openWall(url: string, client: DeskClient) {
    const { socket } = await openTab(url, client);
    const views: WallView[] = [];
    socket.on('wall', (view) => views.push(view));
    expect(await socket.emitWithAck('wall:open', true)).toEqual({ ok: true, data: null });
    return {
      socket,
      views,
      /** A view that says so. */
      shows: (what: string, matches: (view: WallView) => boolean) =>
        until(what, () => {
          const last = views.at(-1);
          return last && matches(last) ? last : null;
        }),
    };
  }

  it('show the same figures, and who is there at either of them', async () => {
    const here = await openWall(first.url, admin);
    const there = await openWall(second.url, await first.as('maria@example.com'));
    const text = 'Кто ответит?';
    first.sandbox.control.clientSends({ userId: 2001, groupId: first.groupId, text });
    // What is counted by the figures comes a moment later than what waits.
    const isAll = ({ waiting, newToday }: WallView) => waiting === 1 && newToday === 1;
    const [mine, others] = await Promise.all([
      here.shows('the reply at the first', isAll),
      there.shows('the reply at the second', isAll),
    ]);
    const figures = ({ at: _, countedAt: __, people, ...rest }: WallView) => ({
      ...rest,
      people: people.map(({ personId, open, waiting }) => ({ personId, open, waiting })),
    });
    expect(figures(others)).toEqual(figures(mine));
    expect(mine.longestWait?.conversationId).toBeTruthy();

    const anna = await openTab(second.url, await first.as('anna@example.com'));
    const { people } = await admin.call('bootstrap');
    const annaId = people.find(({ name }) => name.startsWith('Анна'))!.id;
    const isAnna = (state: string) => (view: WallView) =>
      view.people.some(({ personId, state: shown }) => personId === annaId && shown === state);
    await here.shows('her as online', isAnna('online'));
    await there.shows('her as online there', isAnna('online'));
    anna.socket.emit('person:away', true);
    await here.shows('her as away', isAnna('away'));
    anna.socket.emit('person:away', false);
    await here.shows('her as back', isAnna('online'));
    anna.socket.disconnect();
    await here.shows('her as offline', isAnna('offline'));
    await there.shows('her as offline there', isAnna('offline'));

    here.socket.emit('wall:open', false, () => undefined);
    there.socket.disconnect();
  });

  it('refuse a wall to an agent, and end it with the rights of its viewer', async () => {
    const agent = await openTab(first.url, await first.as('ivan@example.com'));
    expect(await agent.socket.emitWithAck('wall:open', true)).toEqual({ ok: false, code: 'forbidden' });
    const wrong = await agent.socket.emitWithAck('wall:open', 'yes' as never);
    expect(wrong).toEqual({ ok: false, code: 'badRequest' });

    const password = 'correct horse battery';
    const email = 'wall@example.com';
    const { id: personId } = await admin.call('addPerson', {
      body: { name: 'Нина', email, password, role: 'supervisor', communityIds: null },
    });
    const wall = await openWall(second.url, await signIn(first.url, email, password));
    await wall.shows('the community', ({ communities }) => communities.length > 0);
    await admin.call('changePerson', { params: { personId }, body: { communityIds: [] } });
    await until('the socket to be closed', () => !wall.socket.connected);
    const seen = wall.views.length;
    const again = await openWall(second.url, await signIn(second.url, email, password));
    await again.shows('a wall without communities', ({ communities }) => communities.length === 0);
    expect(again.views.every(({ people, waiting }) => people.length === 0 && waiting === 0)).toBe(true);
    expect(wall.views.length).toBe(seen);

    await admin.call('changePerson', { params: { personId }, body: { role: 'agent' } });
    await until('that socket to be closed', () => !again.socket.connected);
    const demoted = await openTab(second.url, await signIn(second.url, email, password));
    expect(await demoted.socket.emitWithAck('wall:open', true)).toMatchObject({ code: 'forbidden' });
  });
});

describe('the reads of a process', () => {
  /** Sockets of people, and how often the figures were read for whom. */
  async function openProcess(everyMs: number, read: (viewer: SignedInPerson) => Promise<WallView>) {
    const reads: string[] = [];
    const walls = createWalls({
      read: (viewer) => {
        reads.push(viewer.name);
        return read(viewer);
      },
      logger: silent,
      timing: { everyMs },
    });
    const http = createServer();
    const server: DeskServer = new Server(http);
    server.on('connection', (socket) => {
      socket.data.person = socket.handshake.auth.person as SignedInPerson;
      socket.on('wall:open', (isOpen, answer) => {
        if (isOpen) walls.open(socket);
        else walls.close(socket);
        answer({ ok: true, data: null });
      });
      socket.on('disconnect', () => walls.close(socket));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const tabs: ReturnType<typeof io>[] = [];
    return {
      reads,
      async open(name: string, communityIds: string[] | null) {
        const person = { name, role: 'supervisor', isActive: true, communityIds };
        const tab = io(url, { auth: { person }, transports: ['websocket'], forceNew: true });
        tabs.push(tab);
        const views: WallView[] = [];
        tab.on('wall', (view: WallView) => views.push(view));
        await tab.emitWithAck('wall:open', true);
        return { tab, views };
      },
      async [Symbol.asyncDispose]() {
        for (const tab of tabs) tab.disconnect();
        await walls.stop();
        await server.close();
      },
    };
  }
  const view = { waiting: 7 } as WallView;

  it('come well within two seconds of one another', () => {
    expect(usualWallTiming.everyMs).toBeLessThan(2_000);
  });

  it('are none without a wall, and one for all tabs that see the same', async () => {
    await using process = await openProcess(30, async () => view);
    await new Promise((resolve) => setImmediate(resolve));
    expect(process.reads).toEqual([]);
    const one = await process.open('Мария', ['b', 'a']);
    const two = await process.open('Нина', ['a', 'b']);
    const other = await process.open('Ольга', null);
    for (const { views } of [one, two, other]) await until('three views', () => views.length >= 3);
    const of = (...names: string[]) => process.reads.filter((name) => names.includes(name)).length;
    // Both get each view; one of them was asked for.
    expect(of('Мария', 'Нина')).toBeLessThanOrEqual(Math.max(one.views.length, two.views.length) + 1);
    for (const { tab } of [one, two, other]) tab.disconnect();
    await until('the last wall to be closed', async () => {
      const before = process.reads.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return process.reads.length === before;
    });
  });

  it('keep a pause, however many walls open and close', async () => {
    await using process = await openProcess(3_600_000, async () => view);
    const { tab, views } = await process.open('Мария', null);
    await until('the first view', () => views.length === 1);
    for (let nth = 0; nth < 20; nth += 1) {
      await tab.emitWithAck('wall:open', true);
      await process.open('Нина', null);
    }
    await until('the kept view for each time', () => views.length === 21);
    expect(process.reads).toEqual(['Мария']);
  });

  it('go on for the others when one of them fails', async () => {
    await using process = await openProcess(30, async ({ name }) => {
      if (name === 'Мария') throw new Error('a fault of hers alone');
      return view;
    });
    const broken = await process.open('Мария', ['a']);
    const whole = await process.open('Нина', null);
    await until('views of the other', () => whole.views.length >= 3);
    expect(broken.views).toEqual([]);
  });
});
