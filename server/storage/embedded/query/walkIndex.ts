/** Walks the entries of an index plan in its order, and merges the plan's streams. */
import { fieldsOf, walkKeys } from '../storage/byteKeys.ts';
import type { StoreDatabase } from '../storage/database.ts';
import type { IndexPlan, Stream } from './indexPlan.ts';

export function walkIndex(database: StoreDatabase, { streams, isReverse }: IndexPlan): Generator<Buffer> {
  if (streams.length === 1) return walkStream(database, streams[0]!, isReverse);
  return mergeStreams(
    streams.map((stream) => ({ stream, keys: walkStream(database, stream, isReverse) })),
    isReverse,
  );
}

function* walkStream(database: StoreDatabase, { ranges }: Stream, isReverse: boolean): Generator<Buffer> {
  for (let at = 0; at < ranges.length; at++) {
    yield* walkKeys(database.entries, ranges[isReverse ? ranges.length - 1 - at : at]!, isReverse);
  }
}

/** Merges streams by the bytes that follow their prefixes; the next key is the least of all heads. */
function* mergeStreams(
  sources: { stream: Stream; keys: Generator<Buffer> }[],
  isReverse: boolean,
): Generator<Buffer> {
  const heads: { suffix: Buffer; key: Buffer; keys: Generator<Buffer>; prefixBytes: number }[] = [];
  for (const { stream, keys } of sources) {
    const first = keys.next();
    if (first.done) continue;
    const { prefixBytes } = stream;
    heads.push({ suffix: fieldsOf(first.value).subarray(prefixBytes), key: first.value, keys, prefixBytes });
  }
  while (heads.length > 0) {
    let best = 0;
    for (let at = 1; at < heads.length; at++) {
      const order = Buffer.compare(heads[at]!.suffix, heads[best]!.suffix);
      if (isReverse ? order > 0 : order < 0) best = at;
    }
    const head = heads[best]!;
    yield head.key;
    const next = head.keys.next();
    if (next.done) heads.splice(best, 1);
    else {
      head.key = next.value;
      head.suffix = fieldsOf(next.value).subarray(head.prefixBytes);
    }
  }
}
