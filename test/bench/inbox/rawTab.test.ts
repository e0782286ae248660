import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { openRawTab, readNumbers } from './rawTab.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function startServer(options: { mayEnter?: boolean } = {}) {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'], pingInterval: 50 });
  let pongs = 0;
  io.engine.on('connection', (connection: NodeJS.EventEmitter) =>
    connection.on('heartbeat', () => {
      pongs += 1;
    }),
  );
  const cookies: (string | undefined)[] = [];
  io.use((socket, next) => {
    cookies.push(socket.handshake.headers.cookie);
    next(options.mayEnter === false ? new Error('notSignedIn') : undefined);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(() => void io.close());
  return { io, cookies, pongs: () => pongs, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

function tabAt(url: string) {
  const numbers: number[] = [];
  const lost: string[] = [];
  const opened = openRawTab({
    url,
    cookie: 'session=abc',
    now: () => 7,
    onNumber: (number, atMs) => numbers.push(number, atMs),
    onLost: (why) => lost.push(why),
  });
  void opened.then((socket) => closing.push(() => socket.destroy())).catch(() => undefined);
  return { opened, numbers, lost };
}

describe('a raw tab', () => {
  it('signs in by its cookie, reads numbers and answers pings', async () => {
    const { io, cookies, pongs, url } = await startServer();
    const { opened, numbers, lost } = tabAt(url);
    await opened;
    expect(cookies).toEqual(['session=abc']);
    await until('three pings to be answered', () => pongs() >= 3);

    io.emit('changes', [{ text: '#12', messages: [{ text: '#13' }] }]);
    io.emit('changes', [{ text: 'x'.repeat(200_000) }, { text: '#14' }]);
    await until('the numbers', () => numbers.length === 6);

    expect(numbers).toEqual([12, 7, 13, 7, 14, 7]);
    expect(lost).toEqual([]);
    expect(io.sockets.sockets.size).toBe(1);
  });

  it('reports what it was refused with', async () => {
    const { url } = await startServer({ mayEnter: false });
    await expect(tabAt(url).opened).rejects.toThrow('notSignedIn');
  });

  it('reports that it was disconnected', async () => {
    const { io, url } = await startServer();
    const { opened, lost } = tabAt(url);
    await opened;
    io.disconnectSockets(true);
    await until('the loss to be reported', () => lost.length > 0);
  });
});

it('numbers behind the end of a packet are not read', () => {
  const bytes = Buffer.from('"text":"#1","text":"#23"');
  const seen: number[] = [];
  readNumbers(bytes, 0, bytes.indexOf(','), 0, (number) => seen.push(number));
  expect(seen).toEqual([1]);
});
