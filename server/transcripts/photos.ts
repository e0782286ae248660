/** Photos inside a transcript: from the desk's own files or the networks' hosts, up to a size for each and for all. */
import { Types } from 'mongoose';
import type { Message } from '../conversations/message.model.ts';
import { isNetworkMedia } from '../net/networkMedia.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import type { FormatOptions, Photo } from './formats/format.ts';

export interface PhotoDeps {
  uploads: Pick<UploadStore, 'find' | 'open'>;
  /** Origins besides the networks' own: the sandbox's. */
  extraOrigins: readonly string[];
}

const PHOTO_BYTES_MOST = 1024 * 1024;
const ALL_BYTES_MOST = 30 * 1024 * 1024;
const FETCH_MS = 5_000;
/** After so many photos in a row that could not be fetched, the network is not asked again for this file. */
const FAILURES_MOST = 5;

/** By their first bytes: what a browser shows as a picture, and nothing that could run. */
const pictures = [
  { contentType: 'image/jpeg', head: Buffer.from([0xff, 0xd8, 0xff]) },
  { contentType: 'image/png', head: Buffer.from([0x89, 0x50, 0x4e, 0x47]) },
  { contentType: 'image/gif', head: Buffer.from('GIF8') },
];

export function createPhotoReader({ uploads, extraOrigins }: PhotoDeps): FormatOptions['readPhoto'] {
  let bytesLeft = ALL_BYTES_MOST;
  let failures = 0;

  async function bytesOf(source: string): Promise<Buffer | null> {
    const most = Math.min(PHOTO_BYTES_MOST, bytesLeft);
    if (source.startsWith('upload:')) {
      const id = new Types.ObjectId(source.slice('upload:'.length));
      const [upload] = await uploads.find([id]);
      return upload && upload.sizeBytes <= most ? gather(uploads.open(id), most) : null;
    }
    const url = URL.canParse(source) ? new URL(source) : null;
    if (!url || !isNetworkMedia(url, extraOrigins) || failures >= FAILURES_MOST) return null;
    try {
      const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
      const bytes = answer.ok && answer.body ? await gather(answer.body, most) : null;
      failures = 0;
      return bytes;
    } catch {
      failures += 1;
      return null;
    }
  }

  return async ({ previewSourceUrl, sourceUrl }: Message['attachments'][number]): Promise<Photo | null> => {
    const source = previewSourceUrl ?? sourceUrl;
    if (!source || bytesLeft <= 0) return null;
    const bytes = await bytesOf(source);
    const picture = bytes && pictures.find(({ head }) => bytes.subarray(0, head.length).equals(head));
    if (!picture) return null;
    bytesLeft -= bytes.length;
    return { contentType: picture.contentType, bytes };
  };
}

/** Null when there are more bytes than allowed. */
async function gather(source: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    length += piece.length;
    if (length > most) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
