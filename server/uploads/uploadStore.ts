/**
 * Files that agents attach to answers. The bytes are in the database (GridFS), so that any process can send the
 * answer; a file is never whole in memory. A file belongs to the person who uploaded it, and to one answer.
 */

import type { Readable } from 'node:stream';
import type { Connection, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import { createFileBucket } from '../storage/fileBucket.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { type FileKind, KindWatch } from './fileKind.ts';
import { safeFileName } from './fileName.ts';

export interface Upload extends FileKind {
  _id: Types.ObjectId;
  fileName: string;
  sizeBytes: number;
  personId: Types.ObjectId;
}

interface FileMetadata extends FileKind {
  personId: Types.ObjectId;
  /** Set while no answer uses the file; the sweep removes the file some time after. */
  unusedSince?: Date;
  /** The answer that claimed it. */
  takenBy?: { clientToken: string; at: Date };
}

interface FileDocument {
  _id: Types.ObjectId;
  filename: string;
  length: number;
  metadata: FileMetadata;
}

/** An answer is stored right after it claims its files: if it is not stored by then, it never will be. */
const UNSTORED_CLAIM_MS = 60_000;
const SWEPT_AT_ONCE = 100;

export interface ClaimingAnswer {
  personId: Types.ObjectId;
  clientToken: string;
  /** Whether the answer with this token, of the same person, has been stored. */
  isStored(clientToken: string): Promise<boolean>;
}

export interface UploadStore {
  /** Null for an empty file. An interrupted upload leaves nothing behind. */
  save(file: { stream: Readable; fileName: string; personId: Types.ObjectId }): Promise<Upload | null>;
  find(ids: Types.ObjectId[]): Promise<Upload[]>;
  /**
   * Claims the files for an answer, in this order; safe to repeat for the same answer. Null, and nothing is claimed,
   * when a file does not exist, is another person's, or belongs to another answer.
   */
  claim(ids: Types.ObjectId[], answer: ClaimingAnswer): Promise<Upload[] | null>;
  open(id: Types.ObjectId, range?: { start: number; end: number }): Readable;
  remove(id: Types.ObjectId): Promise<void>;
  /** Removes the file even if an answer has claimed it. Safe to repeat. */
  erase(id: Types.ObjectId): Promise<void>;
  /** Removes files that no answer claimed in time, by default a day. @returns how many. */
  sweep(now: Date, keptMs?: number): Promise<number>;
  buildIndexes(): Promise<void>;
}

/** @param times for tests: how long storing a file may take. */
export function createUploadStore(connection: Connection, times?: { storedWithinMs: number }): UploadStore {
  const bucket = createFileBucket<FileDocument>(connection, 'uploads', times);
  const { files, chunks } = bucket;

  async function find(ids: Types.ObjectId[]): Promise<Upload[]> {
    const found = await files()
      .find({ _id: { $in: ids } })
      .toArray();
    const byId = new Map(found.map((file) => [file._id.toHexString(), file]));
    return ids.flatMap((id) => {
      const file = byId.get(id.toHexString());
      if (!file) return [];
      const { contentType, kind, personId } = file.metadata;
      return [
        { _id: file._id, fileName: file.filename, contentType, sizeBytes: file.length, kind, personId },
      ];
    });
  }

  /** True when the file was free; the caller can then give it back. */
  async function claimFree(id: Types.ObjectId, { personId, clientToken }: ClaimingAnswer): Promise<boolean> {
    const { matchedCount } = await files().updateOne(
      { _id: id, 'metadata.personId': personId, 'metadata.takenBy': { $exists: false } },
      {
        $set: { 'metadata.takenBy': { clientToken, at: currentTime() } },
        $unset: { 'metadata.unusedSince': 1 },
      },
    );
    return matchedCount === 1;
  }

  async function giveBack(id: Types.ObjectId, clientToken: string): Promise<void> {
    await files().updateOne(
      { _id: id, 'metadata.takenBy.clientToken': clientToken },
      { $set: { 'metadata.unusedSince': currentTime() }, $unset: { 'metadata.takenBy': 1 } },
    );
  }

  /** Frees a file whose answer was never stored. */
  async function freeUnstoredClaim(id: Types.ObjectId, { isStored }: ClaimingAnswer): Promise<boolean> {
    const takenBy = (await files().findOne({ _id: id }))?.metadata.takenBy;
    if (!takenBy || currentTimeMs() - takenBy.at.getTime() < UNSTORED_CLAIM_MS) return false;
    if (await isStored(takenBy.clientToken)) return false;
    await giveBack(id, takenBy.clientToken);
    return true;
  }

  async function isOurs(id: Types.ObjectId, { personId, clientToken }: ClaimingAnswer): Promise<boolean> {
    const mine = { 'metadata.personId': personId, 'metadata.takenBy.clientToken': clientToken };
    return (await files().countDocuments({ _id: id, ...mine }, { limit: 1 })) === 1;
  }

  return {
    async save({ stream, fileName, personId }) {
      const name = safeFileName(fileName);
      const watch = new KindWatch();
      const unusedSince = currentTime();
      const metadata: FileMetadata = {
        personId,
        contentType: 'application/octet-stream',
        kind: 'document',
        unusedSince,
      };
      const { _id } = await bucket.store([stream, watch], name, metadata);
      if (watch.bytes === 0) {
        await bucket.remove(_id);
        return null;
      }
      const { contentType, kind } = watch.kind;
      // Only at the end is it known whether the picture is whole.
      if (kind === 'photo')
        await files().updateOne(
          { _id },
          { $set: { 'metadata.contentType': contentType, 'metadata.kind': kind } },
        );
      return { _id, fileName: name, contentType, sizeBytes: watch.bytes, kind, personId };
    },

    find,

    async claim(given, answer) {
      const ids = [...new Map(given.map((id) => [id.toHexString(), id])).values()];
      const claimed: Types.ObjectId[] = [];
      for (const id of ids) {
        if (
          (await claimFree(id, answer)) ||
          ((await freeUnstoredClaim(id, answer)) && (await claimFree(id, answer)))
        )
          claimed.push(id);
        else if (!(await isOurs(id, answer))) {
          for (const one of claimed) await giveBack(one, answer.clientToken);
          return null;
        }
      }
      return find(ids);
    },

    open: bucket.open,
    async remove(id) {
      await bucket.remove(id);
    },
    async erase(_id) {
      // Chunks first: after a crash in between, the remaining document still leads to the rest.
      await chunks().deleteMany({ files_id: _id });
      await files().deleteOne({ _id });
    },

    async sweep(now, keptMs = limits.unusedUploadKeptMs) {
      const isStale = {
        'metadata.unusedSince': { $lt: new Date(now.getTime() - keptMs) },
      };
      const stale = await files()
        .find(isStale, { projection: { _id: 1 }, limit: SWEPT_AT_ONCE })
        .toArray();
      let removed = 0;
      for (const { _id } of stale) {
        // Repeats the condition in the same write: an answer may have claimed the file meanwhile.
        if (await bucket.remove(_id, isStale)) removed += 1;
      }
      return removed;
    },

    async buildIndexes() {
      await files().createIndex(
        { 'metadata.unusedSince': 1 },
        { partialFilterExpression: { 'metadata.unusedSince': { $exists: true } } },
      );
    },
  };
}
