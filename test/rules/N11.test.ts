import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemMessages } from '../../shared/templates/messages.ts';
import { type ImagesFixture, openImages, picture } from '../server/templates/imagesFixture.ts';

const LIMIT = 50 * 1024 * 1024;
const CHUNK_BYTES = 60 * 1024;

let fixture: ImagesFixture;
beforeAll(async () => {
  fixture = await openImages();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/**
 * A real picture of exactly this size, padded with repeated tables and generated while it is read.
 * `onRead` gets the bytes read so far before each piece.
 */
async function pictureOf(sizeBytes: number, onRead: (bytes: number) => void = () => undefined) {
  const jpeg = await picture(64, 64).jpeg().toBuffer();
  const tableAt = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
  const table = jpeg.subarray(tableAt, tableAt + 2 + jpeg.readUInt16BE(tableAt + 2));
  const tables = Buffer.concat(Array(Math.floor(CHUNK_BYTES / table.length)).fill(table));
  function* bytes() {
    let read = 0;
    const piece = (part: Buffer) => {
      onRead(read);
      read += part.length;
      return part;
    };
    yield piece(jpeg.subarray(0, 2));
    while (sizeBytes - read - jpeg.length > 2 * tables.length) yield piece(tables);
    while (sizeBytes - read + 2 > jpeg.length) {
      const comment = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes - read + 2 - jpeg.length));
      comment.writeUInt16BE(0xfffe, 0);
      comment.writeUInt16BE(comment.length - 2, 2);
      yield piece(comment);
    }
    yield piece(jpeg.subarray(2));
  }
  return Readable.from(bytes(), { objectMode: false });
}

describe('N11 an image is at most 50 MB', () => {
  it('accepts exactly 50 MB, and never reads far ahead of what it has written', async () => {
    let mostAhead = 0;
    const written = () => {
      const [name] = readdirSync(fixture.temporaryDir);
      return name ? statSync(join(fixture.temporaryDir, name)).size : 0;
    };
    const stream = await pictureOf(LIMIT, (read) => {
      mostAhead = Math.max(mostAhead, read - written());
    });
    const outcome = await fixture.take(stream);
    expect(outcome).toMatchObject({ kind: 'stored' });
    if (outcome.kind === 'stored') expect(outcome.image.sizeBytes).toBeGreaterThan(LIMIT - 3 * CHUNK_BYTES);
    expect(mostAhead).toBeLessThan(2 * 1024 * 1024);
  });

  it('refuses one byte more, with both numbers', async () => {
    expect(await fixture.take(await pictureOf(LIMIT + 1))).toEqual({
      kind: 'refused',
      problems: [{ code: 'imageTooLarge', limit: LIMIT, actual: LIMIT + 1 }],
    });
    const problem = { code: 'imageTooLarge', limit: LIMIT, actual: LIMIT + 1 };
    expect(problemMessages(problem, 'en')).toBe(
      'The file size is 52,428,801 bytes, the limit is 50 MB (52,428,800 bytes)',
    );
  });
});
