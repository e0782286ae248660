/**
 * A process that stores the first megabyte of a file at UPLOAD_STORE and waits for more, so that a test can kill it.
 */
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { connectDatabase } from '../../dist/server/storage/database.js';
import { createUploadStore } from '../../dist/server/uploads/uploadStore.js';

const connection = await connectDatabase(process.env.UPLOAD_STORE);
async function* endless() {
  yield Buffer.alloc(1024 * 1024, 1);
  await new Promise(() => setInterval(() => undefined, 1_000));
}
await createUploadStore(connection).save({
  stream: Readable.from(endless()),
  fileName: 'half.bin',
  personId: new Types.ObjectId(),
});
