/** A store for images of templates, and JPEGs of all kinds that cameras and editors produce. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import sharp from 'sharp';
import { createImageStore, type ImageStore } from '../../../server/templates/images/imageStore.ts';
import { type ImageOutcome, storeImage } from '../../../server/templates/images/storeImage.ts';
import { openTestStore } from '../../support/store.ts';

export interface ImagesFixture extends AsyncDisposable {
  companyId: Types.ObjectId;
  images: ImageStore;
  temporaryDir: string;
  take(bytes: Buffer | Readable): Promise<ImageOutcome>;
  /** The bytes as they are stored. */
  stored(outcome: ImageOutcome): Promise<Buffer>;
}

export async function openImages(): Promise<ImagesFixture> {
  const store = await openTestStore();
  const temporaryDir = await mkdtemp(join(tmpdir(), 'notify-inbox-images-'));
  const companyId = new Types.ObjectId();
  const images = createImageStore(store.connection);
  await images.buildIndexes();
  return {
    companyId,
    images,
    temporaryDir,
    take: (bytes) =>
      storeImage({ companyId, images, temporaryDir }, bytes instanceof Readable ? bytes : inChunks(bytes)),
    async stored(outcome) {
      if (outcome.kind !== 'stored') throw new Error(`not stored: ${JSON.stringify(outcome)}`);
      const chunks: Buffer[] = [];
      for await (const chunk of images.open(outcome.image._id)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    async [Symbol.asyncDispose]() {
      await rm(temporaryDir, { recursive: true, force: true });
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Odd sizes, so that markers cross the borders of chunks. */
export function inChunks(bytes: Buffer, chunkBytes = 1_021): Readable {
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes)
    chunks.push(bytes.subarray(from, from + chunkBytes));
  return Readable.from(chunks, { objectMode: false });
}

/** Noise, so that the picture data is long and has every byte value. */
export function picture(widthPx: number, heightPx: number) {
  return sharp({
    create: {
      width: widthPx,
      height: heightPx,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
}

/** One colour, for large sides in few bytes. */
export function plain(widthPx: number, heightPx: number): Promise<Buffer> {
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#4477aa' } })
    .jpeg({ quality: 40 })
    .toBuffer();
}

/** The same file with other sides in its header, like a decompression bomb. */
export function claimingSides(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.from(jpeg);
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] as number;
    if (marker < 0xc0 || marker > 0xc2) continue;
    bytes.writeUInt16BE(heightPx, at + 5);
    bytes.writeUInt16BE(widthPx, at + 7);
    return bytes;
  }
  throw new Error('no frame in this JPEG');
}
