import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Document, deserialize, serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedStore, openEmbeddedStore } from '../../../../server/storage/embedded/open.ts';
import { quiet } from './testDatabase.ts';

let folder: string;
let store: EmbeddedStore;
const sockets: Socket[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-wire-'));
  store = await openEmbeddedStore({ dataDir: folder, logger: quiet });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A connection that sends and receives raw bytes. */
async function dial() {
  const socket = connect({ path: join(folder, 'store.sock') });
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let held = Buffer.alloc(0);
  let wake = (): void => {};
  socket.on('data', (part) => {
    held = Buffer.concat([held, part]);
    wake();
  });
  return {
    socket,
    closed,
    async reply(): Promise<Buffer> {
      while (held.length < 4 || held.length < held.readInt32LE(0)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const message = held.subarray(0, held.readInt32LE(0));
      held = held.subarray(message.length);
      return message;
    },
  };
}

function message(opCode: number, body: Buffer, requestId = 7): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, body]);
}

function opMsg(
  command: Document,
  flags = 0,
  sections: Buffer[] = [],
  tail: Buffer = Buffer.alloc(0),
): Buffer {
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(flags);
  return message(
    2013,
    Buffer.concat([bits, Buffer.from([0]), Buffer.from(serialize(command)), ...sections, tail]),
  );
}

function sequence(field: string, documents: Document[]): Buffer {
  const content = Buffer.concat([
    Buffer.from(`${field}\0`),
    ...documents.map((each) => Buffer.from(serialize(each))),
  ]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(content.length + 4);
  return Buffer.concat([Buffer.from([1]), size, content]);
}

const bodyOf = (reply: Buffer) => deserialize(reply.subarray(21));

describe('the wire', () => {
  it('answers a first hello in the legacy form', async () => {
    const line = await dial();
    const query = Buffer.concat([
      Buffer.alloc(4),
      Buffer.from('admin.$cmd\0'),
      Buffer.from([0, 0, 0, 0, 255, 255, 255, 255]),
      Buffer.from(serialize({ isMaster: 1, helloOk: true })),
    ]);
    line.socket.write(message(2004, query, 42));
    const reply = await line.reply();
    expect(reply.readInt32LE(12)).toBe(1);
    expect(reply.readInt32LE(8)).toBe(42);
    const hello = deserialize(reply.subarray(36));
    expect(hello).toMatchObject({ ok: 1, ismaster: true, helloOk: true, minWireVersion: 0 });
    expect(hello.logicalSessionTimeoutMinutes).toBeUndefined();
  });

  it('accepts document sequences, and ignores a checksum', async () => {
    const line = await dial();
    const documents = [{ _id: 1 }, { _id: 2 }];
    line.socket.write(
      opMsg({ insert: 'beside', $db: 'test' }, 1, [sequence('documents', documents)], Buffer.alloc(4, 9)),
    );
    expect(bodyOf(await line.reply())).toEqual({ n: 2, ok: 1 });
  });

  it('runs a message that wants no reply, and sends none', async () => {
    const line = await dial();
    line.socket.write(opMsg({ insert: 'silent', documents: [{ _id: 1 }], $db: 'test' }, 2));
    line.socket.write(opMsg({ count: 'silent', $db: 'test' }));
    expect(bodyOf(await line.reply())).toEqual({ n: 1, ok: 1 });
  });

  it('reads a message that comes byte by byte, and several that come at once', async () => {
    const line = await dial();
    const ping = opMsg({ ping: 1, $db: 'test' });
    for (const byte of ping) line.socket.write(Buffer.from([byte]));
    expect(bodyOf(await line.reply())).toEqual({ ok: 1 });
    line.socket.write(Buffer.concat([ping, ping, ping]));
    for (let count = 0; count < 3; count++) expect(bodyOf(await line.reply())).toEqual({ ok: 1 });
  });

  it('answers one client in the order of its messages', async () => {
    const line = await dial();
    line.socket.write(
      Buffer.concat([
        opMsg({ insert: 'ordered', documents: [{ _id: 1 }], $db: 'test' }),
        opMsg({ count: 'ordered', $db: 'test' }),
        opMsg({ delete: 'ordered', deletes: [{ q: {}, limit: 0 }], $db: 'test' }),
        opMsg({ count: 'ordered', $db: 'test' }),
      ]),
    );
    const counts: unknown[] = [];
    for (let count = 0; count < 4; count++) counts.push(bodyOf(await line.reply()).n);
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('closes a connection that sends an unreadable message, and no other', async () => {
    const good = await dial();
    const oversized = Buffer.alloc(16);
    oversized.writeInt32LE(2_000_000_000);
    const cutDocument = opMsg({ ping: 1, $db: 'test' });
    cutDocument.writeInt32LE(5000, 21);
    const bad = [
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      oversized,
      Buffer.alloc(16),
      cutDocument,
      message(2012, Buffer.alloc(20)),
      opMsg({ ping: 1, $db: 'test' }, 0x80),
      message(2013, Buffer.from([0, 0, 0, 0, 9])),
    ];
    for (const bytes of bad) {
      const line = await dial();
      line.socket.write(bytes);
      await line.closed;
    }
    good.socket.write(opMsg({ ping: 1, $db: 'test' }));
    expect(bodyOf(await good.reply())).toEqual({ ok: 1 });
  });

  it('keeps working when a client leaves in the middle of a reply', async () => {
    const client = await new MongoClient(store.uri).connect();
    const things = client.db('test').collection('large');
    await things.insertMany(Array.from({ length: 50 }, () => ({ text: 'x'.repeat(200_000) })));
    for (let count = 0; count < 5; count++) {
      const line = await dial();
      line.socket.write(opMsg({ find: 'large', $db: 'test' }));
      await new Promise((resolve) => line.socket.once('data', resolve));
      line.socket.destroy();
    }
    expect(await things.countDocuments()).toBe(50);
    await client.close();
  });

  it('refuses transactions and transaction numbers as a standalone server does', async () => {
    const line = await dial();
    line.socket.write(
      opMsg({
        insert: 'things',
        documents: [{}],
        txnNumber: 1,
        autocommit: false,
        startTransaction: true,
        $db: 'test',
      }),
    );
    expect(bodyOf(await line.reply())).toMatchObject({ ok: 0, code: 20 });
  });
});
