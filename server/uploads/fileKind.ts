/**
 * Detects a file's kind from its content, never from its name. Only formats that every browser and VK show count as
 * pictures.
 */
import { Transform } from 'node:stream';

interface Picture {
  contentType: string;
  head: Buffer;
  /** Checks the end of the file: a file that was cut off does not have it. */
  isWhole(tail: Buffer): boolean;
}

const TAIL_BYTES = 64;
const jpegEnd = Buffer.from([0xff, 0xd9]);
const gifEnd = 0x3b;

/** JPEG: ITU T.81, annex B; PNG: W3C PNG, section 5; GIF: GIF89a, appendix A. */
const pictures: Picture[] = [
  {
    contentType: 'image/jpeg',
    head: Buffer.from([0xff, 0xd8, 0xff]),
    isWhole: (tail) => tail.includes(jpegEnd),
  },
  {
    contentType: 'image/png',
    head: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    isWhole: (tail) => tail.includes('IEND'),
  },
  { contentType: 'image/gif', head: Buffer.from('GIF8'), isWhole: (tail) => tail.includes(gifEnd) },
];
const longestHead = Math.max(...pictures.map(({ head }) => head.length));

export interface FileKind {
  contentType: string;
  kind: 'photo' | 'document';
}

/** Passes everything through and remembers the first and last bytes. */
export class KindWatch extends Transform {
  bytes = 0;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.#head.length < longestHead)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, longestHead)]).subarray(0, longestHead);
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    done(null, chunk);
  }

  /** Read it after the last byte. A picture that was cut off is a document: networks refuse it as a picture. */
  get kind(): FileKind {
    const picture = pictures.find(({ head }) => this.#head.subarray(0, head.length).equals(head));
    return picture?.isWhole(this.#tail)
      ? { contentType: picture.contentType, kind: 'photo' }
      : { contentType: 'application/octet-stream', kind: 'document' };
  }
}
