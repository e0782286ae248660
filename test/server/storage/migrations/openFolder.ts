/** The embedded store of a data folder, through the plain driver, while no desk has it open. */
import { type Db, MongoClient } from 'mongodb';
import { openEmbeddedStore } from '../../../../server/storage/embedded/open.ts';
import { silent } from '../../../support/store.ts';

export interface OpenFolder extends AsyncDisposable {
  db: Db;
}

export async function openFolder(dataDir: string): Promise<OpenFolder> {
  const store = await openEmbeddedStore({ dataDir, logger: silent });
  const client = await MongoClient.connect(store.uri);
  return {
    db: client.db('notify-inbox'),
    async [Symbol.asyncDispose]() {
      await client.close();
      await store.close();
    },
  };
}
