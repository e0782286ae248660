import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClaimingAnswer,
  createUploadStore,
  type Upload,
  type UploadStore,
} from '../../../server/uploads/uploadStore.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
let uploads: UploadStore;
beforeAll(async () => {
  store = await openTestStore();
  uploads = createUploadStore(store.connection);
  await uploads.buildIndexes();
});
afterAll(() => store[Symbol.asyncDispose]());

const anna = new Types.ObjectId();
const boris = new Types.ObjectId();
const DAY_MS = 24 * 3600_000;

/** The smallest whole pictures: 2 by 1, 1 by 1, 1 by 1. */
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffc40014000100000000000000000000000000000009ffda0008010100003f0054dfffd9',
  'hex',
);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const gif = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');

const save = (bytes: Buffer | Buffer[], fileName = 'file', personId = anna) =>
  uploads.save({ stream: Readable.from([bytes].flat()), fileName, personId });
async function saved(
  bytes: Buffer | Buffer[],
  fileName?: string,
  personId?: Types.ObjectId,
): Promise<Upload> {
  const upload = await save(bytes, fileName, personId);
  if (!upload) throw new Error('The file was not kept');
  return upload;
}
const answer = (clientToken: string, more: Partial<ClaimingAnswer> = {}): ClaimingAnswer => ({
  personId: anna,
  clientToken,
  isStored: async () => true,
  ...more,
});
const count = (collection: string) => store.connection.collection(collection).countDocuments();
const setMetadata = (upload: Upload, fields: Record<string, unknown>) =>
  store.connection.collection('uploads.files').updateOne({ _id: upload._id }, { $set: fields });

describe('a file', () => {
  it.each([
    ['a JPEG', jpeg, 'image/jpeg', 'photo'],
    ['a PNG', png, 'image/png', 'photo'],
    ['a GIF', gif, 'image/gif', 'photo'],
    ['a PDF', Buffer.from('%PDF-1.4'), 'application/octet-stream', 'document'],
    ['a page', Buffer.from('<html><script>'), 'application/octet-stream', 'document'],
    ['one byte', Buffer.from([0xff]), 'application/octet-stream', 'document'],
  ])('has the kind of its content, whatever its name: %s', async (_what, bytes, contentType, kind) => {
    const upload = await saved(bytes, 'holiday.jpg');
    expect(upload).toMatchObject({ contentType, kind, fileName: 'holiday.jpg', sizeBytes: bytes.length });
    expect(await uploads.find([upload._id])).toEqual([upload]);
    expect(await buffer(uploads.open(upload._id))).toEqual(bytes);
  });

  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
  ])('that is a %s cut off on its way is kept as a document', async (_what, bytes) => {
    expect(await saved(bytes.subarray(0, bytes.length - 20))).toMatchObject({ kind: 'document' });
  });

  it('is recognised by its first bytes, however they are split', async () => {
    const single = [...jpeg].map((byte) => Buffer.from([byte]));
    expect(await saved(single)).toMatchObject({ kind: 'photo', sizeBytes: jpeg.length });
  });

  it('without bytes is not stored', async () => {
    const before = await count('uploads.files');
    expect(await save(Buffer.alloc(0))).toBeNull();
    expect(await save([])).toBeNull();
    expect(await count('uploads.files')).toBe(before);
  });

  it('that is interrupted leaves nothing behind', async () => {
    const before = [await count('uploads.files'), await count('uploads.chunks')];
    async function* broken() {
      yield Buffer.alloc(600_000, 1);
      throw new Error('The connection broke');
    }
    const saving = uploads.save({ stream: Readable.from(broken()), fileName: 'x', personId: anna });
    await expect(saving).rejects.toThrow('The connection broke');
    expect([await count('uploads.files'), await count('uploads.chunks')]).toEqual(before);
  });
});

describe('an answer', () => {
  it('claims its files in its own order, and the same ones when it is repeated', async () => {
    const files = [await saved(jpeg, 'a'), await saved(png, 'b')];
    const ids = files.map(({ _id }) => _id).reverse();
    const first = await uploads.claim(ids, answer('t1'));
    expect(first?.map(({ fileName }) => fileName)).toEqual(['b', 'a']);
    expect(await uploads.claim(ids, answer('t1'))).toEqual(first);
    expect(await uploads.claim([...ids, ...ids], answer('t1'))).toEqual(first);
  });

  it("cannot claim another person's file or one of another answer, and then claims none", async () => {
    const own = await saved(jpeg);
    const foreign = await saved(jpeg, 'x', boris);
    expect(await uploads.claim([own._id, foreign._id], answer('t2'))).toBeNull();
    expect(await uploads.claim([own._id], answer('t3'))).toHaveLength(1);
    expect(await uploads.claim([own._id], answer('t4'))).toBeNull();
    expect(await uploads.claim([new Types.ObjectId()], answer('t5'))).toBeNull();
  });

  it('is the only one to get a file that several answers claim at once', async () => {
    const { _id } = await saved(jpeg);
    const asked = Array.from({ length: 10 }, (_, n) => uploads.claim([_id], answer(`race-${n}`)));
    const got = (await Promise.all(asked)).filter((taken) => taken !== null);
    expect(got).toHaveLength(1);
  });

  it('may claim a file whose earlier answer was never stored, after a minute', async () => {
    const upload = await saved(jpeg);
    const isStored = async () => false;
    await uploads.claim([upload._id], answer('lost', { isStored }));
    expect(await uploads.claim([upload._id], answer('soon', { isStored }))).toBeNull();
    await setMetadata(upload, { 'metadata.takenBy.at': new Date(Date.now() - 120_000) });
    expect(await uploads.claim([upload._id], answer('again'))).toBeNull();
    expect(await uploads.claim([upload._id], answer('again', { isStored }))).toHaveLength(1);
  });
});

describe('the sweep', () => {
  it('removes files that no answer claimed within a day, with their bytes, and nothing else', async () => {
    await store.connection.collection('uploads.files').deleteMany({});
    await store.connection.collection('uploads.chunks').deleteMany({});
    const [stale, fresh, taken] = [await saved(jpeg), await saved(png), await saved(gif)];
    await uploads.claim([taken._id], answer('t6'));
    await setMetadata(stale, { 'metadata.unusedSince': new Date(Date.now() - DAY_MS - 1_000) });
    expect(await uploads.sweep(new Date())).toBe(1);
    expect(await uploads.sweep(new Date())).toBe(0);
    const left = await uploads.find([stale._id, fresh._id, taken._id]);
    expect(left.map(({ _id }) => _id)).toEqual([fresh._id, taken._id]);
    expect(await count('uploads.chunks')).toBe(2);
    expect(await uploads.sweep(new Date(Date.now() + 2 * DAY_MS))).toBe(1);
    expect(await uploads.find([taken._id])).toHaveLength(1);
  });

  it('keeps a file whole that an answer claims at that moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const upload = await saved(jpeg);
      await setMetadata(upload, { 'metadata.unusedSince': new Date(0) });
      const [taken] = await Promise.all([
        uploads.claim([upload._id], answer(`sweep-${round}`)),
        uploads.sweep(new Date()),
      ]);
      const left = await uploads.find([upload._id]);
      expect(left).toHaveLength(taken ? 1 : 0);
      if (taken) expect(await buffer(uploads.open(upload._id))).toEqual(jpeg);
    }
  });
});
