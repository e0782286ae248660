/** Images of templates in the database, in chunks (GridFS), each content once per company. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose, { type Connection, Types } from 'mongoose';
import type { Sides } from '../../../shared/templates/imageProblems.ts';
import { isDuplicateKey } from '../../storage/database.ts';

export interface TemplateImage extends Sides {
  _id: Types.ObjectId;
  /** Of the stored bytes. */
  sha256: string;
  sizeBytes: number;
}

interface ImageMetadata extends Sides {
  companyId: Types.ObjectId;
  sha256: string;
}

export interface ImageStore {
  /** Stores a file's content, or gives what is there already with the same content. */
  keep(companyId: Types.ObjectId, file: { path: string; sha256: string } & Sides): Promise<TemplateImage>;
  /** Those of the ids that are there, in the order asked. */
  find(companyId: Types.ObjectId, ids: string[]): Promise<TemplateImage[]>;
  findBySha256(companyId: Types.ObjectId, sha256: string[]): Promise<TemplateImage[]>;
  /** The JPEG's bytes. */
  open(id: Types.ObjectId): Readable;
  buildIndexes(): Promise<void>;
}

const BUCKET = 'templateImages';
const FOUND_MAX = 1_000;

export function createImageStore(connection: Connection): ImageStore {
  const bucket = () => {
    const { db } = connection;
    if (!db) throw new Error('The store is not connected');
    return new mongoose.mongo.GridFSBucket(db, { bucketName: BUCKET });
  };
  const findWhere = async (
    companyId: Types.ObjectId,
    which: Record<string, unknown>,
  ): Promise<TemplateImage[]> => {
    const files = await bucket()
      .find({ 'metadata.companyId': companyId, ...which })
      .limit(FOUND_MAX)
      .toArray();
    return files.map(({ _id, length, metadata }) => {
      const { sha256, widthPx, heightPx } = metadata as unknown as ImageMetadata;
      return { _id, sizeBytes: length, sha256, widthPx, heightPx };
    });
  };

  const store: ImageStore = {
    async keep(companyId, { path, ...about }) {
      const [known] = await store.findBySha256(companyId, [about.sha256]);
      if (known) return known;
      const metadata: ImageMetadata = { companyId, ...about };
      const target = bucket().openUploadStream(`${about.sha256}.jpeg`, { metadata });
      try {
        await pipeline(createReadStream(path), target);
        return { _id: target.id as Types.ObjectId, sizeBytes: target.length, ...about };
      } catch (error) {
        await target.abort().catch(() => undefined);
        // The same picture came twice at once: the index let one of them in.
        const [other] = isDuplicateKey(error) ? await store.findBySha256(companyId, [about.sha256]) : [];
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
    open: (id) => bucket().openDownloadStream(id),
    async buildIndexes() {
      await connection
        .collection(`${BUCKET}.files`)
        .createIndex({ 'metadata.companyId': 1, 'metadata.sha256': 1 }, { unique: true });
    },
  };
  return store;
}
