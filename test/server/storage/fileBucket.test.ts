/** Files are stored completely or not at all, whatever happens to the process that stores them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sweepOpenFiles } from '../../../server/storage/fileBucket.ts';
import { openFileModel } from '../../../server/storage/openFiles.model.ts';
import { createUploadStore, type UploadStore } from '../../../server/uploads/uploadStore.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const halfUpload = new URL('../../support/halfUpload.mjs', import.meta.url).pathname;
const personId = new Types.ObjectId();
const half = Buffer.alloc(600_000, 1);
const both = Buffer.concat([half, half]);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
let store: TestStore;
let uploads: UploadStore;

beforeAll(async () => {
  store = await openTestStore();
  await store.build([openFileModel(store.connection)] as never);
  uploads = createUploadStore(store.connection);
  await uploads.buildIndexes();
});
afterAll(() => store?.[Symbol.asyncDispose]());
afterEach(async () => {
  for (const name of ['uploads.files', 'uploads.chunks', 'openFiles'])
    await store.connection.collection(name).deleteMany({});
});

const sweep = (now: Date) => sweepOpenFiles(store.connection, now);
async function left() {
  const [files, pieces, rows] = await Promise.all(
    ['uploads.files', 'uploads.chunks', 'openFiles'].map((name) =>
      store.connection.collection(name).countDocuments(),
    ),
  );
  return { files, pieces, rows };
}
const nothing = { files: 0, pieces: 0, rows: 0 };
/** Begins an upload; its first pieces are stored. */
async function beginUpload(from = uploads) {
  const stream = new PassThrough();
  const saving = from.save({ stream, fileName: 'x.bin', personId });
  // The test awaits it later; until then a failure must not be an unhandled rejection.
  saving.catch(() => undefined);
  stream.write(half);
  await until('the first pieces', async () => ((await left()).pieces ?? 0) > 0);
  return { stream, saving };
}
async function saved() {
  const upload = await uploads.save({ stream: Readable.from([half]), fileName: 'x.bin', personId });
  if (!upload) throw new Error('The file was not stored');
  return upload;
}

it('removes the pieces of a file whose process was killed halfway, an hour later, and no others', async () => {
  const whole = await saved();
  const before = await left();
  const child = spawn(process.execPath, [halfUpload], {
    env: { PATH: process.env.PATH ?? '', UPLOAD_STORE: store.uri },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await until('pieces without a file', async () => ((await left()).pieces ?? 0) > (before.pieces ?? 0) + 2);
  child.kill('SIGKILL');
  await ended;
  await sweep(inMinutes(55));
  expect((await left()).rows).toBe(1);
  expect((await left()).pieces).toBeGreaterThan(before.pieces ?? 0);
  expect(await sweep(inMinutes(61))).toBe(false);
  expect(await left()).toEqual(before);
  expect(half.equals(await buffer(uploads.open(whole._id)))).toBe(true);
});

it('never touches a file that is being stored', async () => {
  const { stream, saving } = await beginUpload();
  await sweep(new Date());
  await sweep(inMinutes(55));
  stream.end(half);
  const upload = await saving;
  expect(both.equals(await buffer(uploads.open(upload!._id)))).toBe(true);
  expect((await left()).rows).toBe(0);
  await sweep(inMinutes(120));
  expect(both.equals(await buffer(uploads.open(upload!._id)))).toBe(true);
});

it('ends an upload that takes too long, well before the sweep would remove its pieces', async () => {
  const { saving } = await beginUpload(createUploadStore(store.connection, { storedWithinMs: 1_000 }));
  await expect(saving).rejects.toMatchObject({ name: 'AbortError' });
  expect(await left()).toMatchObject({ files: 0, pieces: 0 });
  await sweep(inMinutes(61));
  expect(await left()).toEqual(nothing);
});

it('refuses a file that the sweep gave up while its process slept', async () => {
  const { stream, saving } = await beginUpload();
  await sweep(inMinutes(61));
  stream.end(half);
  await expect(saving).rejects.toThrow('took too long');
  expect(await left()).toEqual(nothing);
});

it('checks once more after an upload that broke off, and removes a piece that came late', async () => {
  const { stream, saving } = await beginUpload();
  stream.destroy(new Error('The connection broke'));
  await expect(saving).rejects.toThrow('The connection broke');
  expect(await left()).toEqual({ files: 0, pieces: 0, rows: 1 });
  const { _id } = await openFileModel(store.connection).findOne().orFail().lean();
  await store.connection.collection('uploads.chunks').insertOne({ files_id: _id, n: 7, data: half });
  await sweep(inMinutes(61));
  expect(await left()).toEqual(nothing);
});

it('keeps a complete file whose process died at the end, and finishes a removal that stopped halfway', async () => {
  const [whole, halfRemoved] = [await saved(), await saved()];
  const dueAt = new Date();
  for (const { _id } of [whole, halfRemoved])
    await openFileModel(store.connection).create({ _id, bucket: 'uploads', dueAt });
  await store.connection.collection('uploads.files').deleteOne({ _id: halfRemoved._id });
  await sweep(inMinutes(1));
  expect(await uploads.find([whole._id, halfRemoved._id])).toEqual([whole]);
  expect(half.equals(await buffer(uploads.open(whole._id)))).toBe(true);
  await uploads.remove(whole._id);
  expect(await left()).toEqual(nothing);
});

describe('reading a file', () => {
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => at % 251));
  const kept = async () => {
    const upload = await uploads.save({ stream: Readable.from([bytes]), fileName: 'x.bin', personId });
    if (!upload) throw new Error('The file was not stored');
    return upload._id;
  };

  it('returns any range of it', async () => {
    const id = await kept();
    for (const [start, end] of [
      [0, 700_000],
      [0, 1],
      [261_119, 261_121],
      [300_000, 650_000],
      [699_999, 700_000],
      [600_000, 900_000],
    ] as const)
      expect(bytes.subarray(start, end).equals(await buffer(uploads.open(id, { start, end })))).toBe(true);
    expect(await buffer(uploads.open(id, { start: 5, end: 5 }))).toHaveLength(0);
  });

  it('fails when it or a piece of it is missing', async () => {
    const id = await kept();
    await store.connection.collection('uploads.chunks').deleteOne({ files_id: id, n: 1 });
    await expect(buffer(uploads.open(id))).rejects.toThrow('Piece 1');
    await expect(buffer(uploads.open(new Types.ObjectId()))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('holds a small part of a large file in memory', async () => {
    const MB = 1024 * 1024;
    const stream = Readable.from(
      (function* () {
        for (let sent = 0; sent < 48; sent += 1) yield Buffer.alloc(MB, sent);
      })(),
    );
    const upload = await uploads.save({ stream, fileName: 'x.bin', personId });
    const before = bytesInUse();
    let most = 0;
    let nextMb = 0;
    let read = 0;
    for await (const piece of uploads.open(upload!._id) as AsyncIterable<Buffer>) {
      read += piece.length;
      if (read < nextMb * MB) continue;
      nextMb += 6;
      most = Math.max(most, bytesInUse() - before);
    }
    expect(read).toBe(48 * MB);
    // What the driver and the store have read ahead varies with the load; the whole file would be 48 MB.
    expect(most).toBeLessThan(16 * MB);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Of buffers; garbage is collected first. */
function bytesInUse(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
