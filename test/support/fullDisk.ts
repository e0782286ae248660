/** Run under a limit of the file's size: writes until the store refuses, and prints how it refused and what it holds. */
import mongoose from 'mongoose';
import { classifyStoreError } from '../../server/storage/classifyStoreError.ts';
import { openEmbeddedStore } from '../../server/storage/embedded/open.ts';
import { silent } from './store.ts';

const WRITES_MOST = 3_000;
const store = await openEmbeddedStore({ dataDir: process.argv[2]!, logger: silent });
await mongoose.connect(store.uri);
const rows = mongoose.connection.collection('rows');
const refusals: unknown[] = [];
let acknowledged = 0;
for (let at = 0; at < WRITES_MOST && refusals.length < 2; at += 1) {
  try {
    await rows.insertOne({ at, text: 'x'.repeat(400_000) } as never);
    acknowledged += 1;
  } catch (error) {
    refusals.push({ code: (error as { code?: number }).code, kind: classifyStoreError(error) });
  }
}
process.stdout.write(JSON.stringify({ acknowledged, held: await rows.countDocuments(), refusals }));
await mongoose.disconnect();
await store.close();
