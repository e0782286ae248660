/**
 * `npm run reindex`: builds the search index anew and prints how far it is. Over MongoDB the desk may run meanwhile;
 * an embedded store is open in one process at a time. It may be interrupted and run again at any time.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createClosing } from './app/closing.ts';
import { readConfig } from './app/config.ts';
import { runCommand } from './app/runCommand.ts';
import { startSearchIndexer } from './app/search.ts';
import { connectStore, openStore } from './app/store.ts';
import { openKeys } from './keys/keptKeys.ts';
import { createLogger } from './observability/logger.ts';
import { askForRebuild } from './search/indexing/rebuild.ts';
import type { SearchState } from './search/searchState.model.ts';
import { loadSecrets } from './storage/secretsFile.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const LOOK_MS = 500;
const PRINTED_EVERY_MS = 5_000;

await runCommand(async () => {
  const config = readConfig(process.env);
  const closing = createClosing();
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const logger = createLogger('warn');
    const connection = await connectStore(config, { logger, closing });
    const store = await openStore(connection, { isShared: config.mongodbUri !== null, logger });
    const { sealing } = await openKeys(store, await loadSecrets(config.dataDir, config));
    const asked = await askForRebuild(store.searchStates, store.companyId);
    // Whichever process holds the lease builds: this one, or the desk.
    const processId = config.mongodbUri ? randomUUID() : 'embedded';
    startSearchIndexer({ store, sealing, logger, processId, closing, timing: {} });
    const generation = asked?.building?.generation ?? 1;
    let printedAtMs = 0;
    for (;;) {
      const state = await store.searchStates.findById(store.companyId).lean<SearchState>();
      if ((state?.generation ?? 0) >= generation) break;
      if (state?.building && performance.now() - printedAtMs > PRINTED_EVERY_MS) {
        printedAtMs = performance.now();
        print(`${state.building.threads} conversations indexed`);
      }
      await setTimeout(LOOK_MS);
    }
    print('The search index is built.');
    return 0;
  } finally {
    await closing.closeAll();
  }
});
