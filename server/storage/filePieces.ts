/**
 * Reads a stored file (GridFS) a few pieces at a time. The driver's own stream asks for as many pieces as fit into one
 * reply: 16 MB from a server, whole files from an embedded store.
 */
import { Readable } from 'node:stream';
import type { Connection, mongo, Types } from 'mongoose';

/** In bytes; `end` is the first byte that is not read. */
export interface FileRange {
  start: number;
  end: number;
}

interface Piece {
  n: number;
  data: mongo.Binary;
}

/** About 1 MB. */
const PIECES_AT_ONCE = 4;

/** Fails when the file or one of its pieces is missing. */
export function readFile(
  connection: Connection,
  bucketName: string,
  id: Types.ObjectId,
  range?: FileRange,
): Readable {
  return Readable.from(pieces(connection, bucketName, id, range), { objectMode: false });
}

async function* pieces(
  connection: Connection,
  bucketName: string,
  id: Types.ObjectId,
  range?: FileRange,
): AsyncGenerator<Buffer> {
  const file = await connection.collection(`${bucketName}.files`).findOne({ _id: id });
  if (!file) throw Object.assign(new Error(`The file ${id} was not found`), { code: 'ENOENT' });
  const { length, chunkSize } = file as unknown as { length: number; chunkSize: number };
  const { start, end } = { start: range?.start ?? 0, end: Math.min(range?.end ?? length, length) };
  if (start >= end) return;
  const [first, last] = [Math.floor(start / chunkSize), Math.floor((end - 1) / chunkSize)];
  const found = connection
    .collection<Piece>(`${bucketName}.chunks`)
    .find({ files_id: id, n: { $gte: first, $lte: last } })
    .sort({ n: 1 })
    .batchSize(PIECES_AT_ONCE);
  let next = first;
  for await (const { n, data } of found) {
    if (n !== next) break;
    next += 1;
    const bytes = Buffer.from(data.buffer.buffer, data.buffer.byteOffset, data.position);
    const offset = n * chunkSize;
    yield bytes.subarray(Math.max(0, start - offset), Math.min(bytes.length, end - offset));
  }
  if (next <= last) throw new Error(`Piece ${next} of the file ${id} is missing`);
}
