/** An erased client leaves nothing in the search index: no row, and no word in a dictionary. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIndexer, usualIndexerTiming } from '../../../server/search/indexing/indexer.ts';
import { searchStateModels } from '../../../server/search/searchState.model.ts';
import { readDictionaryPage } from '../../../server/search/segments/dictionary.ts';
import { createPageReader } from '../../../server/search/segments/pageReader.ts';
import { segmentModels } from '../../../server/search/segments/segment.model.ts';
import { createSegmentList } from '../../../server/search/segments/segmentList.ts';
import { silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { type ErasureFixture, startErasure } from '../personalData/erasureFixture.ts';

let desk: ErasureFixture;
beforeAll(async () => {
  desk = await startErasure();
});
afterAll(() => desk?.[Symbol.asyncDispose]());

async function termsInIndex(): Promise<string[]> {
  const { searchPages } = segmentModels(desk.connection);
  const pages = await searchPages.find({ _id: /\/t/ }).lean();
  return pages.flatMap(({ bytes }) =>
    [...readDictionaryPage(Buffer.from(bytes.buffer as never))].map(({ term }) => term),
  );
}

it('forgets the words of an erased client, and keeps those of others', async () => {
  const models = segmentModels(desk.connection);
  const states = searchStateModels(desk.connection);
  await desk.sending.store.build([...Object.values(models), ...Object.values(states)] as never);
  const indexer = startIndexer({
    ...desk,
    ...states,
    companyId: desk.sending.companyId,
    sealing: desk.sending.sealing,
    models,
    segmentList: createSegmentList(models),
    pages: createPageReader(models.searchPages, { keptBytesMost: 1_000_000 }),
    processId: 'process',
    timing: { ...usualIndexerTiming, pollMs: 20, erasedWithinMs: 0 },
    logger: silent,
  });
  try {
    const [planted, other] = [await desk.plant(), await desk.plant()];
    // Words that no other client has. The numbers at their ends are terms of their own.
    const say = (position: number, text: string, { say: sayOf }: typeof planted) => sayOf(position, text);
    await say(3, 'Мой пудель Артемон', planted);
    await say(3, 'Моя такса Матильда', other);
    await until('both clients to be indexed', async () => {
      const terms = await termsInIndex();
      return ['wпудел', 'wартемон', 'wтакс', 'wматильд'].every((term) => terms.includes(term));
    });

    await desk.ask(planted.client._id, planted.name);
    await desk.erasing.work(new Date());
    const thread = `ao${planted.conversation._id.toHexString()}`;
    await until('the index to forget', async () => {
      const terms = await termsInIndex();
      return !['wпудел', 'wартемон', thread].some((term) => terms.includes(term));
    });
    expect(await termsInIndex()).toEqual(expect.arrayContaining(['wтакс', 'wматильд']));
  } finally {
    await indexer.stop();
  }
});
