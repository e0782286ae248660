/** Gathers rows, so that one query checks many. */

/** The first batch is about a page of hits. Later ones are larger: a phrase of frequent words is rare among its hits. */
const FIRST_ROWS = 24;
const MOST_ROWS = 500;

export async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let size = FIRST_ROWS;
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = Math.min(MOST_ROWS, size * 2);
  }
  if (batch.length > 0) yield batch;
}
