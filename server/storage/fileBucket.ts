/**
 * Files in the database, in pieces (GridFS), stored completely or not at all. When a process stops halfway, the sweep
 * finds the file by its `openFiles` document and removes it; it never scans pieces.
 */

import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose, { type Connection, type Types } from 'mongoose';
import { currentTimeMs } from '../work/clock.ts';
import { type FileRange, readFile } from './filePieces.ts';
import { type OpenFile, openFileModel } from './openFiles.model.ts';
import { upserting } from './upserting.ts';

type Collection<T extends object> = mongoose.Collection<T>;

export interface StoredFile {
  _id: Types.ObjectId;
  sizeBytes: number;
}

export interface FileBucket<T extends { _id: Types.ObjectId }> {
  files(): Collection<T>;
  chunks(): Collection<mongoose.AnyObject>;
  /** Holds about 1 MB in memory, however large the file. */
  open(id: Types.ObjectId, range?: FileRange): Readable;
  /**
   * Stores what comes through the streams. When they break off or take too long by this process's clock, it throws
   * and leaves nothing.
   */
  store(streams: [Readable, ...Transform[]], fileName: string, metadata: object): Promise<StoredFile>;
  /** Removes the file if it matches `filter`, its name first. False when it does not exist or match. */
  remove(id: Types.ObjectId, filter?: Record<string, unknown>): Promise<boolean>;
}

/** No upload takes longer: Node ends a request that takes more than five minutes (`server.requestTimeout`). */
const STORED_WITHIN_MS = 15 * 60_000;
/** Much longer than the time above, so that the sweep never removes a file that is being stored. */
const OPEN_FOR_MS = 60 * 60_000;
const SWEPT_AT_ONCE = 100;

export function createFileBucket<T extends { _id: Types.ObjectId }>(
  connection: Connection,
  bucketName: string,
  { storedWithinMs = STORED_WITHIN_MS } = {},
): FileBucket<T> {
  const openFiles = openFileModel(connection);
  const bucket = () => {
    const { db } = connection;
    if (!db) throw new Error('The store is not connected');
    return new mongoose.mongo.GridFSBucket(db, { bucketName });
  };
  const files = () => connection.collection<T>(`${bucketName}.files`);
  const chunks = () => connection.collection(`${bucketName}.chunks`);
  const removeAll = (_id: Types.ObjectId) => removeFile(connection, { _id, bucket: bucketName });

  const begin = (_id: Types.ObjectId) =>
    upserting(() =>
      openFiles.updateOne(
        { _id },
        { $setOnInsert: { bucket: bucketName, dueAt: new Date(currentTimeMs() + OPEN_FOR_MS) } },
        { upsert: true },
      ),
    );
  /** False when the sweep has given the file up: its pieces may already be gone. */
  const end = async (_id: Types.ObjectId) =>
    (await openFiles.deleteOne({ _id, isGivenUp: { $ne: true } })).deletedCount === 1;

  return {
    files,
    chunks,
    open: (id, range) => readFile(connection, bucketName, id, range),

    async store(streams, fileName, metadata) {
      const target = bucket().openUploadStream(fileName, { metadata });
      const _id = target.id as Types.ObjectId;
      await begin(_id);
      try {
        await pipeline([...streams, target], { signal: AbortSignal.timeout(storedWithinMs) });
        if (!(await end(_id))) throw new Error('Storing the file took too long');
        return { _id, sizeBytes: target.length };
      } catch (error) {
        // A piece may still arrive after this: the `openFiles` document stays, and the sweep checks once more.
        await removeAll(_id).catch(() => undefined);
        throw error;
      }
    },

    async remove(_id, filter = {}) {
      await begin(_id);
      const { deletedCount } = await files().deleteOne({ ...filter, _id } as object);
      if (deletedCount === 1) await chunks().deleteMany({ files_id: _id });
      await end(_id);
      return deletedCount === 1;
    },
  };
}

/** Removes files that processes left halfway, in all buckets. One step; true while there may be more. */
export async function sweepOpenFiles(connection: Connection, now: Date): Promise<boolean> {
  const openFiles = openFileModel(connection);
  const due = await openFiles
    .find({ dueAt: { $lt: now } })
    .sort({ dueAt: 1 })
    .limit(SWEPT_AT_ONCE)
    .lean<OpenFile[]>();
  for (const row of due) {
    const { _id, bucket } = row;
    // From here on a late process cannot complete the file.
    await openFiles.updateOne({ _id }, { $set: { isGivenUp: true } });
    // The name is written last: where it exists, every piece does.
    const isWhole = await connection
      .collection(`${bucket}.files`)
      .findOne({ _id }, { projection: { _id: 1 } });
    if (!isWhole) await removeFile(connection, row);
    await openFiles.deleteOne({ _id });
  }
  return due.length === SWEPT_AT_ONCE;
}

/** Pieces first: after a crash the `openFiles` document or the name still leads to the rest. */
async function removeFile(
  connection: Connection,
  { _id, bucket }: Pick<OpenFile, '_id' | 'bucket'>,
): Promise<void> {
  await connection.collection(`${bucket}.chunks`).deleteMany({ files_id: _id });
  await connection.collection<{ _id: Types.ObjectId }>(`${bucket}.files`).deleteOne({ _id });
}
