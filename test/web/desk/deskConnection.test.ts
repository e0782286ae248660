/** The tab's connection against a real Socket.IO server that plays the server's side of the contract. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueryObserver } from '@tanstack/react-query';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientToServer, ResumeAnswer, ResumeRequest, ServerToClient } from '../../../shared/events.ts';
import { cacheKeys } from '../../../web/desk/cacheKeys.ts';
import { createDesk, type Desk } from '../../../web/desk/desk.ts';
import type { DeskSocket } from '../../../web/desk/deskConnection.ts';
import { type ListWindow, openWindow } from '../../../web/desk/listWindow.ts';
import { openThread, type ThreadState } from '../../../web/desk/threadState.ts';
import { memoryStorage } from '../support/memoryStorage.ts';
import {
  hexId,
  sampleChange,
  sampleCommunity,
  sampleMe,
  sampleMessage,
  sampleRow,
} from '../support/samples.ts';

const scope = { filter: 'all' as const, communityId: null, waitingOnly: false };
const nothing: ResumeAnswer = {
  threads: [],
  list: null,
  readMarks: [],
  communities: [sampleCommunity],
  people: [],
};

let server: Server<ClientToServer, ServerToClient>;
let desk: Desk;
let socket: DeskSocket;
let asked: ResumeRequest[];
let answerResume: (request: ResumeRequest) => ResumeAnswer;
let refuseWith: string | null;
/** Handshakes that get no response, as when the network breaks in the middle of one. */
let unansweredHandshakes: number;
let letGo: (() => void)[];

beforeEach(async () => {
  const http = createServer();
  unansweredHandshakes = 0;
  letGo = [];
  server = new Server(http, {
    allowRequest: (_, answer) => {
      if (unansweredHandshakes === 0) return answer(null, true);
      unansweredHandshakes -= 1;
      letGo.push(() => answer(null, false));
    },
  });
  asked = [];
  answerResume = () => nothing;
  refuseWith = null;
  server.use((_, next) => next(refuseWith === null ? undefined : new Error(refuseWith)));
  server.on('connection', (tab) => {
    tab.on('resume', (request, answer) => {
      asked.push(request);
      answer({ ok: true, data: answerResume(request) });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  socket = io(`http://127.0.0.1:${port}`, {
    autoConnect: false,
    transports: ['websocket'],
    reconnectionDelay: 20,
    reconnectionDelayMax: 40,
  });
  desk = createDesk(socket, memoryStorage());
  desk.queries.setQueryData(cacheKeys.desk, {
    me: sampleMe,
    people: [sampleMe],
    communities: [sampleCommunity],
    sandboxUrl: null,
  });
});

afterEach(async () => {
  desk.forget();
  for (const end of letGo) end();
  await server.close();
});

const held = sampleRow({ revision: 5, lastSeq: 1 });
function holdThread(): void {
  desk.queries.setQueryData(
    cacheKeys.thread(held.id),
    openThread({ row: held, messages: [sampleMessage({ seq: 1 })], hasOlder: false }),
  );
}
const thread = () => desk.queries.getQueryData<ThreadState>(cacheKeys.thread(held.id));
const texts = () => thread()?.messages.map((message) => message.seq);

async function connect(): Promise<void> {
  desk.connection.start();
  await vi.waitFor(() => expect(desk.connection.state.get().phase).toBe('online'));
}
const resumed = (resumes: number) => vi.waitFor(() => expect(asked).toHaveLength(resumes));

describe('a connected tab', () => {
  it('shows a change when its event arrives', async () => {
    holdThread();
    await connect();
    server.emit('changes', [sampleChange({ ...held, revision: 6 }, sampleMessage({ seq: 2 }))]);
    await vi.waitFor(() => expect(texts()).toEqual([1, 2]));
  });

  it('asks for missed changes when a revision is skipped, and shows both', async () => {
    holdThread();
    await connect();
    await resumed(1);
    answerResume = () => ({
      ...nothing,
      threads: [
        {
          row: { ...held, revision: 7 },
          messages: [1, 2, 3].map((seq) => sampleMessage({ seq })),
          isTruncated: false,
        },
      ],
    });
    server.emit('changes', [sampleChange({ ...held, revision: 8 }, sampleMessage({ seq: 4 }))]);
    await vi.waitFor(() => expect(texts()).toEqual([1, 2, 3, 4]));
    expect(asked.at(-1)).toEqual({
      threads: [{ conversationId: held.id, revision: 5, fromSeq: 1 }],
      list: null,
    });
    expect(thread()?.row.revision).toBe(8);
  });

  it('drops an event that does not match the contract, and resumes instead', async () => {
    holdThread();
    await connect();
    await resumed(1);
    const broken = { type: 'conversation.changed', row: { id: 'nonsense' }, messages: [] };
    server.emit('changes', [broken] as never);
    await resumed(2);
    expect(texts()).toEqual([1]);
  });

  it('resumes when the server asks for it', async () => {
    holdThread();
    await connect();
    await resumed(1);
    server.emit('resume:needed');
    await resumed(2);
  });

  it('removes its own message from the outbox when its event arrives', async () => {
    holdThread();
    await connect();
    desk.outbox.set([
      {
        clientToken: 'token-of-mine',
        conversationId: held.id,
        kind: 'answer',
        text: 'x',
        uploads: [],
        replyTo: null,
        writtenAt: held.lastActivityAt,
        failure: 'unreachable',
        isUnderWay: false,
      },
    ]);
    const stored = sampleMessage({ seq: 2, kind: 'answer', clientToken: 'token-of-mine' });
    server.emit('changes', [sampleChange({ ...held, revision: 6 }, stored)]);
    await vi.waitFor(() => expect(desk.outbox.get()).toEqual([]));
  });

  it('shows who types, and stops when their message arrives', async () => {
    holdThread();
    await connect();
    server.emit('typing', { conversationId: held.id, personId: null });
    await vi.waitFor(() => expect(desk.presence.typing.get()[held.id]).toEqual([null]));
    server.emit('changes', [sampleChange({ ...held, revision: 6 }, sampleMessage({ seq: 2 }))]);
    await vi.waitFor(() => expect(desk.presence.typing.get()[held.id]).toBeUndefined());
  });
});

describe('a tab that has lost its connection', () => {
  it('shows it, reconnects by itself and resumes the thread and the list', async () => {
    holdThread();
    const key = cacheKeys.list(scope);
    const window = openWindow(scope, sampleMe.id, { rows: [held], nextCursor: null });
    const unwatch = watchList(window);
    await connect();
    await resumed(1);
    const phases: string[] = [];
    desk.connection.state.subscribe(() => phases.push(desk.connection.state.get().phase));
    const fresh = sampleRow({ id: hexId(2), revision: 3, lastActivityAt: held.lastActivityAt });
    answerResume = () => ({
      ...nothing,
      list: { order: [fresh.id, held.id], rows: [fresh], nextCursor: null },
    });
    for (const tab of server.sockets.sockets.values()) tab.conn.close();
    await resumed(2);
    expect(phases).toEqual(['reconnecting', 'online']);
    expect(asked[1]).toEqual({
      threads: [{ conversationId: held.id, revision: 5, fromSeq: 1 }],
      list: { filter: 'all', communityId: null, waiting: false, rows: [{ id: held.id, revision: 5 }] },
    });
    await vi.waitFor(() =>
      expect(desk.queries.getQueryData<ListWindow>(key)?.rows.map((row) => row.id)).toEqual([
        fresh.id,
        held.id,
      ]),
    );
    unwatch();
  });

  it('reconnects at once when the network is back, without waiting for an aborted handshake', async () => {
    unansweredHandshakes = 1;
    desk.connection.start();
    await vi.waitFor(() => expect(unansweredHandshakes).toBe(0));
    expect(desk.connection.state.get().phase).toBe('connecting');
    desk.connection.comeBack();
    await vi.waitFor(() => expect(desk.connection.state.get().phase).toBe('online'), { timeout: 5_000 });
  });

  it('stays disconnected when the network is back after it was stopped', async () => {
    await connect();
    desk.connection.stop();
    desk.connection.comeBack();
    expect(socket.active).toBe(false);
  });

  it('ends the session when the server refuses the connection', async () => {
    refuseWith = 'notSignedIn';
    desk.connection.start();
    await vi.waitFor(() => expect(desk.sessionEnded.get()).toBe(true));
  });
});

/** A list on the screen: only a list in use is resumed. */
function watchList(window: ListWindow): () => void {
  const observer = new QueryObserver(desk.queries, {
    queryKey: cacheKeys.list(scope),
    queryFn: () => window,
  });
  desk.queries.setQueryData(cacheKeys.list(scope), window);
  return observer.subscribe(() => {});
}
