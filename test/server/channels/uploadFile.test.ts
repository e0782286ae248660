/** Uploads over a real connection to servers that read slowly, stop reading, or count what they read. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { uploadFile } from '../../../server/channels/uploadFile.ts';
import type { OutgoingFile } from '../../../server/conversations/outbox/channel.ts';
import { until } from '../../support/until.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/upload`;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Of buffers; garbage is collected first. */
function bytesInUse(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

const MB = 1024 * 1024;
const PIECE = 255 * 1024;

/** As the store gives a file: piece by piece, when the reader wants the next. */
function fileOf(
  sizeBytes: number,
  onPiece: (sentBytes: number) => void | Promise<void> = () => undefined,
): OutgoingFile {
  return {
    kind: 'photo',
    fileName: 'фото "1".jpeg',
    contentType: 'image/jpeg',
    sizeBytes,
    open: () =>
      Readable.from(
        (async function* pieces() {
          for (let sent = 0; sent < sizeBytes; sent += PIECE) {
            await onPiece(sent);
            yield Buffer.alloc(Math.min(PIECE, sizeBytes - sent), 7);
          }
        })(),
        { objectMode: false },
      ),
  };
}
const sending = (address: string, file: OutgoingFile, more: { idleMs?: number; signal?: AbortSignal } = {}) =>
  uploadFile({ address, what: 'The address', field: 'photo', file, ...more });

it('sends one field of a form, with its length known before', async () => {
  let received = '';
  let length = 0;
  const address = await serve((req, res) => {
    length = Number(req.headers['content-length']);
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received = Buffer.concat(chunks).toString();
      res.end('{"server":1}');
    });
  });
  expect(await sending(address, fileOf(3))).toMatchObject({ status: 200, text: '{"server":1}' });
  expect(length).toBe(Buffer.byteLength(received));
  expect(received).toContain('name="photo"; filename="фото %221%22.jpeg"');
  expect(received).toContain('\u0007\u0007\u0007');
});

it('holds a few pieces of 50 MB in memory, never the whole', async () => {
  const address = await serve((req, res) => {
    req.on('data', () => undefined);
    req.on('end', () => res.end('{}'));
  });
  let most = 0;
  const before = bytesInUse();
  await sending(
    address,
    fileOf(50 * MB, (sent) => {
      if (sent % (10 * PIECE) === 0) most = Math.max(most, bytesInUse() - before);
    }),
  );
  // About 7 MB here: the collector frees buffers a little later.
  expect(most).toBeLessThan(12 * MB);
});

it('reads no further from the store than the network takes', async () => {
  const address = await serve((req) => req.pause());
  let readBytes = 0;
  const ending = new AbortController();
  const upload = sending(
    address,
    fileOf(50 * MB, (sent) => {
      readBytes = sent;
    }),
    { signal: ending.signal },
  ).catch((error: unknown) => error);
  let before = -1;
  await until(
    'the upload to stand still',
    async () => {
      const isStill = readBytes === before && readBytes > 0;
      before = readBytes;
      return isStill;
    },
    { everyMs: 200 },
  );
  expect(readBytes).toBeLessThan(12 * MB);
  ending.abort();
  expect(await upload).toMatchObject({ failure: { kind: 'lost' } });
});

it('may take longer than the time without progress, as long as it makes progress', async () => {
  const idleMs = 1_500;
  const address = await serve((req, res) => {
    req.on('data', () => undefined);
    req.on('end', () => res.end('{}'));
  });
  const startedAt = performance.now();
  // The store gives a piece each quarter of a second.
  await sending(
    address,
    fileOf(8 * PIECE, () => wait(250)),
    { idleMs },
  );
  expect(performance.now() - startedAt).toBeGreaterThan(idleMs);
});

it('ends when it makes no progress', async () => {
  const address = await serve((req) => req.pause());
  await expect(sending(address, fileOf(50 * MB), { idleMs: 200 })).rejects.toMatchObject({
    failure: { kind: 'lost' },
  });
});

it('ends at once when its signal fires', async () => {
  const ending = new AbortController();
  let isClosed = false;
  const address = await serve((req) => {
    req.on('close', () => {
      isClosed = true;
    });
    req.once('data', () => ending.abort());
  });
  await expect(sending(address, fileOf(50 * MB), { signal: ending.signal })).rejects.toMatchObject({
    failure: { kind: 'lost' },
  });
  await until('the connection to be closed', async () => isClosed);
});

it('takes an answer that comes before the end of the file as final', async () => {
  const address = await serve((req, res) => {
    req.once('data', () => res.writeHead(413, { connection: 'close' }).end('{"error":"too large"}'));
  });
  expect(await sending(address, fileOf(50 * MB))).toMatchObject({ status: 413 });
});

it('is certainly not sent when nobody listens', async () => {
  await expect(sending('http://127.0.0.1:1/', fileOf(10))).rejects.toMatchObject({
    failure: { kind: 'notSent' },
  });
});

it('fails when the file breaks off', async () => {
  const address = await serve((req) => req.on('data', () => undefined));
  const file = fileOf(50 * MB, (sent) => {
    if (sent > 0) throw new Error('The store went away');
  });
  await expect(sending(address, file)).rejects.toMatchObject({ failure: { kind: 'lost' } });
});
