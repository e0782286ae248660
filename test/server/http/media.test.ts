/** Files through the desk: a source that is slow, breaks off, refuses or is gone, and the desk's own stored files. */
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientModel } from '../../../server/clients/client.model.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import { conversationModel } from '../../../server/conversations/conversation.model.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { mediaRouter } from '../../../server/http/media.route.ts';
import { createUploadStore } from '../../../server/uploads/uploadStore.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { type Served, serve } from './serve.ts';

const HEADERS_MS = 250;
const IDLE_MS = 250;
const companyId = new Types.ObjectId();

/** What the source saw of a request, and what it does with it. */
type Answering = (res: ServerResponse, headers: Record<string, string | string[] | undefined>) => void;

let store: TestStore;
let served: Served;
let source: Server;
let sourceUrl: string;
let answering: Answering;
let cutConnections = 0;
const uploads = () => createUploadStore(store.connection);
const messages = () => messageModel(store.connection);

beforeAll(async () => {
  store = await openTestStore();
  source = createServer((req, res) => {
    res.on('close', () => {
      if (!res.writableFinished) cutConnections += 1;
    });
    answering(res, req.headers);
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  sourceUrl = `http://127.0.0.1:${(source.address() as AddressInfo).port}`;
  const person = {
    id: 'e'.repeat(24),
    name: 'T',
    email: 't@example.com',
    avatarUrl: null,
    role: 'administrator' as const,
    communityIds: null,
    isActive: true,
    marksRead: true,
  };
  served = await serve({
    routers: [
      mediaRouter({
        companyId,
        currentPerson: async () => ({
          person,
          sessionId: '1',
          expiresAt: new Date(Date.now() + 60_000),
          mustChangePassword: false,
        }),
        messages: messages(),
        clients: clientModel(store.connection),
        conversations: conversationModel(store.connection),
        communities: communityModel(store.connection),
        uploads: uploads(),
        extraOrigins: [sourceUrl],
        relayTimes: { headersMs: HEADERS_MS, idleMs: IDLE_MS },
      }),
    ],
  });
});
afterAll(async () => {
  source.closeAllConnections();
  await new Promise((resolve) => source.close(resolve));
  await served[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  cutConnections = 0;
});

/** A message with one file; its address at the desk. */
async function fileAt(address: string, kind = 'document'): Promise<string> {
  const _id = new Types.ObjectId();
  const attachments = [{ kind, vendorType: 'doc', title: 'смета.pdf', sourceUrl: address }];
  await messages().collection.insertOne({ _id, companyId, attachments } as never);
  return `${served.url}/media/messages/${_id.toHexString()}/0`;
}
const remoteFile = () => fileAt(`${sourceUrl}/file.pdf`);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function expectUncached(answer: Response): void {
  expect(answer.headers.get('cache-control')).toBe('no-store');
  for (const name of ['content-disposition', 'etag']) expect(answer.headers.get(name)).toBeNull();
}

/** The raw transfer: what came, and whether the browser must take it for whole. */
function transfer(url: string): Promise<{ status: number; bytes: number; isWhole: boolean }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('error', () => undefined);
      answer.on('close', () => resolve({ status: answer.statusCode ?? 0, bytes, isWhole: answer.complete }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe("a network's file", () => {
  it('may take much longer than the time limit, as long as it comes', async () => {
    answering = async (res) => {
      res.writeHead(200, { 'content-type': 'application/pdf', 'content-length': '80' });
      for (let piece = 0; piece < 8; piece += 1) {
        res.write('0123456789');
        await wait(IDLE_MS / 3);
      }
      res.end();
    };
    const answer = await fetch(await remoteFile());
    expect(answer.headers.get('cache-control')).toBe('private, max-age=86400');
    expect((await answer.text()).length).toBe(80);
  });

  it.each([
    ['does not answer', () => undefined],
    ['sends headers alone', (res) => res.writeHead(200, { 'content-length': '9' }).flushHeaders()],
    ['breaks off before the first byte', (res) => res.destroy()],
    ['breaks off after its headers', (res) => res.writeHead(200).write('', () => res.destroy())],
    ['answers 503', (res) => res.writeHead(503).end('busy')],
    ['answers 429', (res) => res.writeHead(429).end()],
    ['answers 403', (res) => res.writeHead(403).end()],
    ['redirects', (res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
    ['answers 204', (res) => res.writeHead(204).end()],
  ] satisfies [string, Answering][])('is 502 and not cached when its source %s', async (_what, how) => {
    answering = how;
    const answer = await fetch(await remoteFile(), { headers: { range: 'bytes=0-' } });
    expect(answer.status).toBe(502);
    expectUncached(answer);
    expect(await answer.json()).toMatchObject({ error: { code: 'networkUnreachable' } });
  });

  it.each([404, 410])('is gone when its source answers %s, and that is not cached either', async (status) => {
    answering = (res) => res.writeHead(status, { etag: '"gone"' }).end();
    const answer = await fetch(await remoteFile());
    expect(answer.status).toBe(404);
    expectUncached(answer);
    expect(await answer.json()).toMatchObject({ error: { code: 'notFound' } });
  });

  it.each([
    ['says its length', { 'content-length': '1000' }],
    ['does not say its length', {}],
  ])('is a broken transfer when a source that %s breaks off in the middle', async (_what, headers) => {
    answering = (res) => {
      res.writeHead(200, { 'content-type': 'image/png', ...headers });
      res.write('x'.repeat(100), () => setTimeout(() => res.destroy(), 50));
    };
    const got = await transfer(await remoteFile());
    expect(got).toEqual({ status: 200, bytes: 100, isWhole: false });
  });

  it('is a broken transfer when its source falls silent in the middle', async () => {
    answering = (res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('x'.repeat(100));
    };
    expect(await transfer(await remoteFile())).toEqual({ status: 200, bytes: 100, isWhole: false });
    await until('the desk to let go of the source', () => cutConnections === 1);
  });

  it('is asked for no longer when the browser leaves, and the log stays quiet', async () => {
    answering = (res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('x'.repeat(100));
    };
    const logged = served.logLines.length;
    const leaving = new AbortController();
    const answer = await fetch(await remoteFile(), { signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    await until('the desk to let go of the source', () => cutConnections === 1);
    expect(served.logLines.slice(logged)).toEqual([]);
  });

  it('comes in ranges, and goes on after a break only as the same version of the same source', async () => {
    const seen: Record<string, unknown>[] = [];
    answering = (res, { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch }) => {
      seen.push({ range, ifRange, ifNoneMatch });
      if (ifNoneMatch === '"v1"') return void res.writeHead(304, { etag: '"v1"' }).end();
      if (range !== 'bytes=2-') return void res.writeHead(200, { etag: '"v1"' }).end('0123');
      res.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 2-3/4', 'content-length': '2' }).end('23');
    };
    const url = await remoteFile();
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"/);
    await first.text();
    const part = await fetch(url, { headers: { range: 'bytes=2-', 'if-range': etag } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-3/4',
      '23',
    ]);
    expect(seen[1]).toMatchObject({ range: 'bytes=2-', ifRange: '"v1"' });
    const same = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([same.status, same.headers.get('cache-control')]).toEqual([304, 'private, max-age=86400']);

    // The tag of another source, as after a new avatar: the whole file, though the network's own tags are equal.
    const other = await fetch(await fileAt(`${sourceUrl}/other.pdf`), {
      headers: { range: 'bytes=2-', 'if-range': etag, 'if-none-match': etag },
    });
    expect([other.status, await other.text()]).toEqual([200, '0123']);
    // A tag that would write headers of its own.
    const evil = etag.replace(/\.[^"]*/, `.${Buffer.from('"a"\r\nx: y').toString('base64url')}`);
    expect((await fetch(url, { headers: { 'if-none-match': evil } })).status).toBe(200);
    expect(seen.at(-1)).toEqual({ range: undefined, ifRange: undefined, ifNoneMatch: undefined });
  });

  it('answers 416 for a range outside of the file, uncached', async () => {
    answering = (res) => res.writeHead(416, { 'content-range': 'bytes */4' }).end();
    const answer = await fetch(await remoteFile(), { headers: { range: 'bytes=9-' } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */4']);
    expectUncached(answer);
  });

  it.each([
    ['ru-RU,ru;q=0.9', 'Файл не открылся', 'Открыть ещё раз'],
    ['en-GB', 'The file did not open', 'Open again'],
  ])('that a person opens in a tab says in %s that it did not open', async (language, title, again) => {
    answering = (res) => res.writeHead(503).end();
    const url = `${await remoteFile()}?preview="><script>`;
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': language };
    const answer = await fetch(url.replace(/\?.*/, ''), { headers });
    const page = await answer.text();
    expect(answer.status).toBe(502);
    expectUncached(answer);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(page).toContain(title);
    expect(page).toContain(again);
    expect(await (await fetch(url, { headers })).text()).not.toContain('"><script>');
  });
});

describe('a file of an agent', () => {
  const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, index) => index % 251));
  let url: string;
  let etag: string;
  beforeAll(async () => {
    const upload = await uploads().save({
      stream: Readable.from([bytes]),
      fileName: 'смета.pdf',
      personId: new Types.ObjectId(),
    });
    url = await fileAt(`upload:${upload?._id.toHexString()}`);
    const answer = await fetch(url, { method: 'HEAD' });
    etag = answer.headers.get('etag') ?? '';
  });

  it('tells its size and that it has ranges to HEAD, without a body', async () => {
    const answer = await fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '600000',
      'cache-control': 'private, max-age=86400',
    });
    expect(etag).toMatch(/^"[0-9a-f]{24}"$/);
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=261120-261121', 261_120, 261_122],
    ['bytes=599990-', 599_990, 600_000],
    ['bytes=-10', 599_990, 600_000],
    ['bytes=100-9999999', 100, 600_000],
  ])('gives the range %s', async (range, start, end) => {
    const answer = await fetch(url, { headers: { range, 'if-range': etag } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/600000`);
    expect(answer.headers.get('content-length')).toBe(String(end - start));
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
  });

  it.each([
    ['of another version', { range: 'bytes=0-1', 'if-range': '"other"' }],
    ['of a date', { range: 'bytes=0-1', 'if-range': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
    ['in another unit', { range: 'lines=0-1' }],
    ['of several parts', { range: 'bytes=0-1,5-6' }],
    ['that is nonsense', { range: 'bytes=b-a' }],
  ])('is given whole for a range %s', async (_what, headers) => {
    const answer = await fetch(url, { headers: headers as Record<string, string> });
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 600_000]);
  });

  it('answers 416 with its size for a range behind its end', async () => {
    const answer = await fetch(url, { headers: { range: 'bytes=600000-' } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */600000']);
    expectUncached(answer);
  });

  it('is not sent again to a browser that has it', async () => {
    // Without `max-age`, Node's `fetch` asks for a fresh copy; a browser does not.
    const headers = { 'if-none-match': `"x", ${etag}`, 'cache-control': 'max-age=0' };
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(url, { method, headers });
      expect([answer.status, answer.headers.get('etag')]).toEqual([304, etag]);
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('is an error, uncached, when its bytes cannot be read, and a broken transfer when the rest of them cannot', async () => {
    const chunks = store.connection.collection('uploads.chunks');
    const all = await chunks.find().sort({ n: 1 }).toArray();
    await chunks.deleteMany({ n: { $gte: 1 } });
    expect(await transfer(url)).toMatchObject({ status: 200, isWhole: false });
    await chunks.deleteMany({});
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expectUncached(answer);
    await chunks.insertMany(all);
    expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(600_000);
  });
});
