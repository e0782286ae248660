/** A test's store behind a proxy that fails commands on request, and a second connection that never fails. */
import type { Connection } from 'mongoose';
import { connectDatabase } from '../../server/storage/database.ts';
import { openTestStore, type TestStore } from './store.ts';
import { openStoreProxy, type StoreProxy } from './storeProxy.ts';

export interface FaultyStore extends TestStore {
  proxy: StoreProxy;
  /** Past the proxy: what is stored for certain. */
  direct: Connection;
}

export async function openFaultyStore(): Promise<FaultyStore> {
  const store = await openTestStore();
  const proxy = await openStoreProxy(store.uri);
  const connection = await connectDatabase(proxy.uri);
  return {
    uri: proxy.uri,
    proxy,
    connection,
    direct: store.connection,
    build: store.build,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await proxy[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
