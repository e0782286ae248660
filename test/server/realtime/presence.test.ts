/** Who views which thread, at the tabs of one process, by real sockets. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Model, Types } from 'mongoose';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Conversation, conversationModel } from '../../../server/conversations/conversation.model.ts';
import { createBroadcaster } from '../../../server/realtime/broadcaster.ts';
import type { DeskServer } from '../../../server/realtime/deskSocket.ts';
import { createPresence, type Presence } from '../../../server/realtime/presence.ts';
import type { Viewers } from '../../../shared/events.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const companyId = new Types.ObjectId();
const threads = Array.from({ length: 3 }, () => new Types.ObjectId());
const [first, second, third] = threads.map((id) => id.toHexString()) as [string, string, string];
let store: TestStore;
let conversations: Model<Conversation>;
beforeAll(async () => {
  store = await openTestStore();
  conversations = conversationModel(store.connection);
  await store.build([conversations] as never);
  await conversations.insertMany(
    threads.map((_id, at) => ({
      _id,
      companyId,
      communityId: new Types.ObjectId(),
      network: 'vk' as const,
      peerId: String(at),
      clientId: new Types.ObjectId(),
      clientName: `Клиент ${at}`,
      lastActivityAt: new Date(),
      createdAt: new Date(),
    })),
  );
});
afterAll(async () => store?.[Symbol.asyncDispose]());

async function openProcess(model: Model<Conversation> = conversations) {
  const broadcaster = createBroadcaster();
  const presence: Presence = createPresence({
    conversations: model,
    broadcaster,
    exchange: () => ({ changed: () => undefined, personIdsAt: () => [] }),
    showTypingInNetwork: () => undefined,
  });
  const http = createServer();
  const server: DeskServer = new Server(http);
  broadcaster.attach(server);
  server.on('connection', (socket) => {
    const id = socket.handshake.auth.id as string;
    socket.data.person = { id, role: 'agent', isActive: true, communityIds: null } as never;
    socket.on('thread:show', (id, isQuiet = false) => void presence.show(socket, id, isQuiet));
    socket.on('disconnect', () => void presence.show(socket, null, false));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const opened: ReturnType<typeof io>[] = [];
  return {
    async open(id: string) {
      const tab = io(url, { auth: { id }, transports: ['websocket'], forceNew: true });
      opened.push(tab);
      const packets: Viewers[] = [];
      tab.on('viewers', (packet: Viewers) => packets.push(packet));
      await until('the tab to be connected', () => tab.connected);
      const viewersOf = (conversationId: string) =>
        packets.findLast((packet) => packet.conversationId === conversationId)?.personIds.toSorted();
      return { tab, packets, viewersOf };
    },
    async [Symbol.asyncDispose]() {
      for (const tab of opened) tab.disconnect();
      await server.close();
    },
  };
}

it('tells a tab only of the thread that it shows, however many others are open', async () => {
  await using process = await openProcess();
  for (let nth = 0; nth < 20; nth += 1) {
    const { tab, viewersOf } = await process.open(`agent${nth}`);
    tab.emit('thread:show', first);
    await until('the tab to be shown', () => viewersOf(first)?.includes(`agent${nth}`));
  }
  const anna = await process.open('anna');
  anna.tab.emit('thread:show', second);
  await until('her own presence', () => anna.viewersOf(second)?.length === 1);
  expect(anna.packets).toEqual([{ conversationId: second, personIds: ['anna'] }]);
  anna.tab.emit('thread:show', first);
  await until('all at the other thread', () => anna.viewersOf(first)?.length === 21);
  expect(anna.packets).toHaveLength(2);
});

it('shows a person in two tabs once, and a quiet reader to nobody', async () => {
  await using process = await openProcess();
  const anna = await process.open('anna');
  const again = await process.open('anna');
  const quiet = await process.open('maria');
  anna.tab.emit('thread:show', third);
  again.tab.emit('thread:show', third);
  quiet.tab.emit('thread:show', third, true);
  await until('the quiet reader to see her', () => quiet.viewersOf(third)?.join() === 'anna');
  anna.tab.disconnect();
  quiet.tab.emit('thread:show', third);
  await until('the reader who is not quiet any more', () => quiet.viewersOf(third)?.join() === 'anna,maria');
  again.tab.emit('thread:show', null);
  await until('her leaving', () => quiet.viewersOf(third)?.join() === 'maria');
});

it('is at the thread that the tab asked for last, also when the store answers late', async () => {
  const slowly = new Proxy(conversations, {
    get: (model, name) =>
      name !== 'findOne'
        ? Reflect.get(model, name)
        : (filter: { _id: Types.ObjectId }) => ({
            lean: async () => {
              const found = await model.findOne(filter).lean();
              if (filter._id.equals(first)) await new Promise((resolve) => setTimeout(resolve, 100));
              return found;
            },
          }),
  });
  await using process = await openProcess(slowly);
  const watcher = await process.open('ivan');
  watcher.tab.emit('thread:show', second);
  const { tab } = await process.open('anna');
  tab.emit('thread:show', first);
  tab.emit('thread:show', second);
  await until('her at the second', () => watcher.viewersOf(second)?.includes('anna'));
  watcher.tab.emit('thread:show', first);
  await until('the late answer', () => watcher.viewersOf(first)?.includes('ivan'));
  expect(watcher.viewersOf(first)).toEqual(['ivan']);
});
