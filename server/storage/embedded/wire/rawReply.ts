/** A cursor's reply built from stored BSON bytes, without decoding. */
import { type Document, Long } from 'bson';
import { encode } from '../storage/bsonCodec.ts';

export interface Batch {
  documents: Buffer[];
  cursorId: Long;
  namespace: string;
  field: 'firstBatch' | 'nextBatch';
}

export function cursorReply(batch: Batch, extra: Document = {}): Buffer {
  const cursor = [
    element(4, batch.field, arrayOf(batch.documents)),
    ...fieldsOf({ id: Long.fromBigInt(batch.cursorId.toBigInt()), ns: batch.namespace }),
  ];
  return documentOf([element(3, 'cursor', documentOf(cursor)), ...fieldsOf({ ok: 1, ...extra })]);
}

function element(type: number, name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value]);
}

function documentOf(elements: Buffer[]): Buffer {
  const length = elements.reduce((sum, part) => sum + part.length, 5);
  const size = Buffer.alloc(4);
  size.writeInt32LE(length);
  return Buffer.concat([size, ...elements, Buffer.alloc(1)], length);
}

function fieldsOf(document: Document): Buffer[] {
  const bytes = encode(document);
  return [bytes.subarray(4, bytes.length - 1)];
}

function arrayOf(documents: Buffer[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < documents.length; at++)
    parts.push(Buffer.from(`\x03${at}\0`, 'latin1'), documents[at]!);
  return documentOf(parts);
}
