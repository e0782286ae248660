/** How many messages a second the sending API accepts: one per request, and a thousand per request. */
import { type BenchContext, manyMessages, nextMessage, type RunningDesk } from './context.ts';
import { type Load, type Request, sendAll } from './load.ts';

export interface AcceptsReport {
  singles: Beside;
  batches: Beside;
}
interface Beside {
  baseline: Accepted;
  desk: Accepted;
}
interface Accepted extends Load {
  messagesPerSecond: number;
}

const SINGLES_AT_ONCE = 32;
const BATCHES_AT_ONCE = 2;
const BATCH = 1_000;

export async function measureAccepts(
  context: BenchContext,
  { singles, batches, say }: { singles: number; batches: number; say(line: string): void },
): Promise<AcceptsReport> {
  // The gateway's usual limit: while the desk accepts, it also sends fifty a second, as in production.
  const desk = await context.start();
  try {
    // The first requests are not counted: the JavaScript is still being compiled.
    await sendAll(`${desk.url}/api/v1/messages`, signedSingles(desk, 200), SINGLES_AT_ONCE);
    await sendAll(`${context.baseline.url}/one`, plain(manyMessages(200)), SINGLES_AT_ONCE);
    const bareSingles = await sendAll(
      `${context.baseline.url}/one`,
      plain(manyMessages(singles)),
      SINGLES_AT_ONCE,
    );
    // Signed before the clock starts: the cost of the caller's library is not the desk's.
    const ourSingles = await sendAll(
      `${desk.url}/api/v1/messages`,
      signedSingles(desk, singles),
      SINGLES_AT_ONCE,
    );
    say(`accepted singles: ${perSecond(ourSingles, 1)}/s, bare ${perSecond(bareSingles, 1)}/s`);
    const bareBatches = await sendAll(
      `${context.baseline.url}/many`,
      plain(Array.from({ length: batches }, batch)),
      BATCHES_AT_ONCE,
    );
    const ourBatches = await queueBatches(desk, batches);
    say(`accepted in batches: ${perSecond(ourBatches, BATCH)}/s, bare ${perSecond(bareBatches, BATCH)}/s`);
    return {
      singles: { baseline: accepted(bareSingles, 1), desk: accepted(ourSingles, 1) },
      batches: { baseline: accepted(bareBatches, BATCH), desk: accepted(ourBatches, BATCH) },
    };
  } finally {
    await desk.end();
  }
}

/** Sends thousands of messages through the API. */
export function queueBatches(desk: RunningDesk, batches: number): Promise<Load> {
  const requests = Array.from({ length: batches }, () => desk.signed('/api/v1/messages/batch', batch()));
  return sendAll(`${desk.url}/api/v1/messages/batch`, requests, BATCHES_AT_ONCE);
}

const batch = () => ({ messages: manyMessages(BATCH) });
const signedSingles = (desk: RunningDesk, count: number) =>
  Array.from({ length: count }, () => desk.signed('/api/v1/messages', nextMessage()));
const plain = (bodies: unknown[]) =>
  bodies.map(
    (body): Request => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  );
const perSecond = ({ requests, seconds }: Load, each: number) => Math.round((requests * each) / seconds);
const accepted = (load: Load, each: number): Accepted => ({
  ...load,
  messagesPerSecond: perSecond(load, each),
});
