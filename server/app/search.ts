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

export function openSearch({
  store,
  sealing,
  config,
  timing,
  logger,
  processId,
  closing,
}: AppContext): SearchDeps {
  const { searchSegments, searchPages } = store;
  const models = { searchSegments, searchPages };
  const pagesFor = (keptBytesMost: number) => createPageReader(searchPages, { keptBytesMost });
  if (config.roles.has('sender')) {
    const indexer = startIndexer({
      ...store,
      models,
      sealing,
      segmentList: createSegmentList(models),
      pages: pagesFor(MERGED_BYTES_MOST),
      processId,
      timing: { ...usualIndexerTiming, ...timing.indexer },
      logger,
    });
    closing.add(() => indexer.stop());
  }
  return {
    ...store,
    sealing,
    segmentList: createSegmentList(models),
    reader: createSegmentReader(pagesFor(KEPT_BYTES_MOST)),
  };
}
