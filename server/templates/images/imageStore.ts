/** Images of templates in the database, in chunks (GridFS). Each content is stored once per company. */

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { type Connection, Types } from 'mongoose';
import type { Sides } from '../../../shared/templates/imageProblems.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { createFileBucket } from '../../storage/fileBucket.ts';
import { currentTime } from '../../work/clock.ts';

export interface TemplateImage extends Sides {
  _id: Types.ObjectId;
  /** Of the stored bytes. */
  sha256: string;
  sizeBytes: number;
}

interface ImageMetadata extends Sides {
  companyId: Types.ObjectId;
  sha256: string;
  /** When the image was last uploaded or saved in a template: the sweep removes unused images some time after. */
  heldAt: Date;
  /** Set while the image is being removed, when it is no longer found; after a crash the next sweep continues. */
  goneAt?: Date;
}

/** An image that was not held for long. `heldAt` is a guard: an image that is held meanwhile is kept. */
export interface StaleImage {
  _id: Types.ObjectId;
  heldAt: Date;
  isGone: boolean;
}

export interface ImageStore {
  /** Stores a file's content, or returns the image that already has this content. */
  keep(companyId: Types.ObjectId, file: { path: string; sha256: string } & Sides): Promise<TemplateImage>;
  /** Returns the existing images of these ids, in the given order. */
  find(companyId: Types.ObjectId, ids: string[]): Promise<TemplateImage[]>;
  findBySha256(companyId: Types.ObjectId, sha256: string[]): Promise<TemplateImage[]>;
  /** Call it before writing a template with these images: the sweep then keeps them. */
  hold(companyId: Types.ObjectId, ids: readonly string[], now?: Date): Promise<void>;
  /** Images that were not held since then, a few at a time. */
  stale(companyId: Types.ObjectId, before: Date, limit: number): Promise<StaleImage[]>;
  /** False when the image was held meanwhile. Safe to repeat after a crash. */
  remove(image: StaleImage): Promise<boolean>;
  /** The JPEG's bytes. */
  open(id: Types.ObjectId, range?: { start: number; end: number }): Readable;
  buildIndexes(): Promise<void>;
}

const FOUND_MAX = 1_000;

export function createImageStore(connection: Connection): ImageStore {
  const bucket = createFileBucket<FileDocument>(connection, 'templateImages');
  const { files, chunks } = bucket;
  const findWhere = async (
    companyId: Types.ObjectId,
    which: Record<string, unknown>,
  ): Promise<TemplateImage[]> => {
    const found = await files()
      .find({ 'metadata.companyId': companyId, ...which, ...isThere })
      .limit(FOUND_MAX)
      .toArray();
    return found.map(toImage);
  };

  /** Finds and holds in one write, so that the sweep removes the image before it or not at all. */
  async function holdKnown(companyId: Types.ObjectId, sha256: string): Promise<TemplateImage | null> {
    const file = await files().findOneAndUpdate(
      { 'metadata.companyId': companyId, 'metadata.sha256': sha256 },
      { $set: { 'metadata.heldAt': currentTime() } },
      { returnDocument: 'after' },
    );
    return file && toImage(file);
  }

  const store: ImageStore = {
    async keep(companyId, { path, ...about }) {
      const known = await holdKnown(companyId, about.sha256);
      if (known) return known;
      const metadata: ImageMetadata = { companyId, ...about, heldAt: currentTime() };
      try {
        const stored = await bucket.store([createReadStream(path)], `${about.sha256}.jpeg`, metadata);
        return { ...stored, ...about };
      } catch (error) {
        // Two uploads of one picture at once: the unique index let one of them in.
        const other = isDuplicateKey(error) ? await holdKnown(companyId, about.sha256) : null;
        if (other) return other;
        throw error;
      }
    },
    async find(companyId, ids) {
      const found = await findWhere(companyId, { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } });
      const byId = new Map(found.map((image) => [image._id.toHexString(), image]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
    findBySha256: (companyId, sha256) => findWhere(companyId, { 'metadata.sha256': { $in: sha256 } }),
    async hold(companyId, ids, now = currentTime()) {
      if (ids.length === 0) return;
      await files().updateMany(
        {
          _id: { $in: ids.map((id) => new Types.ObjectId(id)) },
          'metadata.companyId': companyId,
          ...isThere,
        },
        { $max: { 'metadata.heldAt': now } },
      );
    },
    async stale(companyId, before, limit) {
      const found = await files()
        .find({ 'metadata.companyId': companyId, 'metadata.heldAt': { $lt: before } })
        .sort({ 'metadata.heldAt': 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, metadata: { heldAt, goneAt } }) => ({
        _id,
        heldAt,
        isGone: goneAt !== undefined,
      }));
    },
    async remove({ _id, heldAt }) {
      // Under its content's hash a new upload of the same picture would still find it.
      const { matchedCount } = await files().updateOne(
        { _id, 'metadata.heldAt': heldAt },
        { $set: { 'metadata.goneAt': currentTime(), 'metadata.sha256': `gone:${_id.toHexString()}` } },
      );
      if (matchedCount === 0) return false;
      await chunks().deleteMany({ files_id: _id });
      await files().deleteOne({ _id });
      return true;
    },
    open: bucket.open,
    async buildIndexes() {
      await files().createIndex({ 'metadata.companyId': 1, 'metadata.sha256': 1 }, { unique: true });
      await files().createIndex({ 'metadata.companyId': 1, 'metadata.heldAt': 1 });
      // Images stored by earlier versions count as held now.
      await files().updateMany({ 'metadata.heldAt': null }, { $set: { 'metadata.heldAt': currentTime() } });
    },
  };
  return store;
}

interface FileDocument {
  _id: Types.ObjectId;
  length: number;
  metadata: ImageMetadata;
}

const isThere = { 'metadata.goneAt': { $exists: false } };

function toImage({ _id, length, metadata: { sha256, widthPx, heightPx } }: FileDocument): TemplateImage {
  return { _id, sizeBytes: length, sha256, widthPx, heightPx };
}
