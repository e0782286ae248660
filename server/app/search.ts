/** Wiring of the search: its reader in every process, its indexer where the senders run. */
import { startIndexer, usualIndexerTiming } from '../search/indexing/indexer.ts';
import type { SearchDeps } from '../search/search.ts';
import { createPageReader } from '../search/segments/pageReader.ts';
import { createSegmentList } from '../search/segments/segmentList.ts';
import { createSegmentReader } from '../search/segments/segmentReader.ts';
import type { AppContext } from './context.ts';

/** Pages that searches use again and again. */
const KEPT_BYTES_MOST = 32 * 1024 * 1024;
/** The indexer reads each page once. */
const MERGED_BYTES_MOST = 4 * 1024 * 1024;

export function openSearch(context: AppContext): SearchDeps {
  const { store, sealing, config } = context;
  if (config.roles.has('sender')) startSearchIndexer(context);
  return { ...store, sealing, ...segmentsOf(context, KEPT_BYTES_MOST) };
}

/** Until the process closes. */
export function startSearchIndexer(
  context: Pick<AppContext, 'store' | 'sealing' | 'timing' | 'logger' | 'processId' | 'closing'>,
): void {
  const { store, timing, closing, ...deps } = context;
  const { searchSegments, searchPages } = store;
  const indexer = startIndexer({
    ...store,
    ...deps,
    ...segmentsOf(context, MERGED_BYTES_MOST),
    models: { searchSegments, searchPages },
    timing: { ...usualIndexerTiming, ...timing.indexer },
  });
  closing.add(() => indexer.stop());
}

function segmentsOf({ store }: Pick<AppContext, 'store'>, keptBytesMost: number) {
  const pages = createPageReader(store.searchPages, { keptBytesMost });
  return { pages, segmentList: createSegmentList(store), reader: createSegmentReader(pages) };
}
