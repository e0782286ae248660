/**
 * Files that colleagues attach to answers. Bytes live in the database (GridFS), so that whichever process sends the
 * answer has them; nothing is ever held whole in memory.
 */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose, { type Connection, type Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';

export interface Upload {
  _id: Types.ObjectId;
  fileName: string;
  contentType: string;
  sizeBytes: number;
  kind: 'photo' | 'document';
  personId: Types.ObjectId;
}

interface FileMetadata {
  personId: Types.ObjectId;
  contentType: string;
  kind: Upload['kind'];
  /** Set while no answer uses the file; the sweep removes what is past it. */
  unusedSince?: Date;
}

const SNIFF_BYTES = 16;

export interface UploadStore {
  save(file: { stream: Readable; fileName: string; personId: Types.ObjectId }): Promise<Upload>;
  find(ids: Types.ObjectId[]): Promise<Upload[]>;
  /** From now on the sweep leaves these alone. */
  keep(ids: Types.ObjectId[]): Promise<void>;
  open(id: Types.ObjectId, range?: { start: number; end: number }): Readable;
  remove(id: Types.ObjectId): Promise<void>;
  /** Removes files that no answer took within a day. @returns how many. */
  sweep(now: Date): Promise<number>;
  buildIndexes(): Promise<void>;
}

export function createUploadStore(connection: Connection): UploadStore {
  const bucket = () => {
    const { db } = connection;
    if (!db) throw new Error('The store is not connected');
    return new mongoose.mongo.GridFSBucket(db, { bucketName: 'uploads' });
  };

  return {
    async save({ stream, fileName, personId }) {
      const first = await firstBytes(stream);
      const contentType = contentTypeOf(first);
      const kind = contentType.startsWith('image/') ? 'photo' : 'document';
      const metadata: FileMetadata = { personId, contentType, kind, unusedSince: new Date() };
      const target = bucket().openUploadStream(safeFileName(fileName), { metadata });
      try {
        await pipeline(stream, target);
      } catch (error) {
        await target.abort().catch(() => undefined);
        throw error;
      }
      return {
        _id: target.id as Types.ObjectId,
        fileName: safeFileName(fileName),
        contentType,
        sizeBytes: target.length,
        kind,
        personId,
      };
    },
    async find(ids) {
      const files = await bucket()
        .find({ _id: { $in: ids } })
        .limit(100)
        .toArray();
      const byId = new Map(files.map((file) => [file._id.toHexString(), file]));
      return ids.flatMap((id) => {
        const file = byId.get(id.toHexString());
        if (!file) return [];
        const metadata = file.metadata as unknown as FileMetadata;
        return [
          {
            _id: file._id,
            fileName: file.filename,
            contentType: metadata.contentType,
            sizeBytes: file.length,
            kind: metadata.kind,
            personId: metadata.personId,
          },
        ];
      });
    },
    async keep(ids) {
      if (ids.length === 0) return;
      await connection
        .collection('uploads.files')
        .updateMany({ _id: { $in: ids } }, { $unset: { 'metadata.unusedSince': 1 } });
    },
    open: (id, range) => bucket().openDownloadStream(id, range),
    remove: (id) => bucket().delete(id),
    async sweep(now) {
      const stale = await bucket()
        .find({ 'metadata.unusedSince': { $lt: new Date(now.getTime() - limits.unusedUploadKeptMs) } })
        .limit(100)
        .toArray();
      for (const file of stale) await bucket().delete(file._id);
      return stale.length;
    },
    async buildIndexes() {
      await connection
        .collection('uploads.files')
        .createIndex(
          { 'metadata.unusedSince': 1 },
          { partialFilterExpression: { 'metadata.unusedSince': { $exists: true } } },
        );
    },
  };
}

/** Reads enough to tell what it is, and puts it back in front of the rest. */
async function firstBytes(stream: Readable): Promise<Buffer> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    stream.unshift(bytes);
    return bytes.subarray(0, SNIFF_BYTES);
  }
  return Buffer.alloc(0);
}

/** By content, never by name: only what every browser and VK show as a picture counts as a photo. */
export function contentTypeOf(first: Buffer): string {
  if (first.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (first.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return 'image/png';
  if (first.subarray(0, 4).toString('latin1') === 'GIF8') return 'image/gif';
  return 'application/octet-stream';
}

/** Keeps the name readable and harmless: no control characters, no path. */
function safeFileName(fileName: string): string {
  const name = fileName
    .replace(/\p{Cc}|[/\\]/gu, '_')
    .trim()
    .slice(0, 200);
  return name || randomUUID();
}
