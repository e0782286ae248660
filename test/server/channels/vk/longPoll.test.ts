import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backfill } from '../../../../server/channels/vk/backfill.ts';
import { createVkConnector } from '../../../../server/channels/vk/connector.ts';
import { ingestBatch } from '../../../../server/channels/vk/ingestBatch.ts';
import { type PollTimes, runLongPoll } from '../../../../server/channels/vk/longPoll.ts';
import { until } from '../../../support/until.ts';
import { anna, boris, groupId, startVkFixture, token, type VkFixture } from './vkFixture.ts';

const times: PollTimes = {
  backoff: { firstMs: 5, mostMs: 40, jitter: 'full' },
  keyEveryMs: 5,
  longAwayMs: 60_000,
};

interface Polling {
  stored: string[];
  gaps: string[];
  states: string[];
  stop(): Promise<void>;
  ended: Promise<void>;
}

let fixture: VkFixture;
let polling: Polling | null;
beforeEach(async () => {
  fixture = await startVkFixture();
  const connector = createVkConnector({ ofToken: () => fixture.client } as never);
  await connector.prepareIntake(token, String(groupId), { longPoll: true, webhook: null });
  polling = null;
});
afterEach(async () => {
  await polling?.stop();
  await fixture[Symbol.asyncDispose]();
});

function start(ts: string | null = null, pollTimes = times): Polling {
  const abort = new AbortController();
  const { client, deps } = fixture;
  const seen: Polling = {
    stored: [],
    gaps: [],
    states: [],
    ended: Promise.resolve(),
    async stop() {
      abort.abort();
      await seen.ended.catch(() => undefined);
    },
  };
  seen.ended = runLongPoll(
    {
      client,
      ingestBatch: (updates, signal) =>
        ingestBatch(deps, client, updates, signal, { firstMs: 5, mostMs: 20, jitter: 'full' }),
      stored: (newTs) => seen.stored.push(newTs),
      fillGap: async (why) => {
        await backfill({ ...deps, client, progress: () => undefined }, new Date(0), abort.signal);
        seen.gaps.push(why);
      },
      state: (state) => {
        if (seen.states.at(-1) !== state) seen.states.push(state);
      },
      progress: () => undefined,
      failed: () => undefined,
    },
    ts,
    abort.signal,
    pollTimes,
  );
  polling = seen;
  return seen;
}

const texts = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
const stored = (peer: number, count: number) =>
  until(`${count} messages of ${peer}`, () => fixture.intake.messages(peer).length >= count);
const polls = () => until('the first start to be over', () => polling?.gaps.includes('firstStart'));

describe('the poll loop', () => {
  it('stores messages in order and reports how far they are stored', async () => {
    const seen = start();
    await polls();
    fixture.annaWrites(...texts(5));
    await stored(anna, 5);
    expect(fixture.intake.texts(anna)).toEqual(texts(5));
    await until('the checkpoint', () => Number(seen.stored.at(-1)) >= 6);
  });

  it('keeps no ts when its first start is interrupted while reading the history', async () => {
    fixture.sandbox.control.setFaults({ slowAnswersMs: 200 });
    const first = start();
    await until(
      'its key',
      () => fixture.sandbox.control.counters({ groupId }).apiCalls['groups.getLongPollServer'],
    );
    await first.stop();
    expect(first.stored).toEqual([]);
  });

  it('resumes from a stored ts and reads what came while no process listened', async () => {
    const first = start();
    await polls();
    fixture.annaWrites('before');
    await stored(anna, 1);
    await first.stop();
    const ts = first.stored.at(-1) as string;
    fixture.annaWrites('while away');
    start(ts);
    await stored(anna, 2);
    expect(fixture.intake.texts(anna)).toEqual(['before', 'while away']);
    expect(polling?.gaps).toEqual([]);
  });

  it('fills the gap from the history after failed 1', async () => {
    const seen = start();
    await polls();
    fixture.sandbox.control.setFaults({ loseEvents: 2, longPollFailed: [{ failed: 1 }] });
    fixture.annaWrites('lost 1', 'lost 2', 'three');
    await stored(anna, 3);
    await until('the history to be read', () => seen.gaps.includes('historyLost'));
    expect(fixture.intake.texts(anna)).toEqual(['lost 1', 'lost 2', 'three']);
  });

  it('keeps its own ts when the key expires, so that nothing is skipped', async () => {
    const seen = start();
    await polls();
    fixture.sandbox.control.expireLongPollKeys({ groupId });
    fixture.annaWrites(...texts(3));
    await stored(anna, 3);
    fixture.sandbox.control.setFaults({ longPollFailed: [{ failed: 2, times: 3 }] });
    fixture.annaWrites('4');
    await stored(anna, 4);
    expect(fixture.intake.texts(anna)).toEqual(texts(4));
    expect(fixture.intake.messages(anna).every(({ isBackfilled }) => !isBackfilled)).toBe(true);
    expect(seen.gaps).toEqual(['firstStart']);
  });

  it('gets a new ts and reads the history after failed 3', async () => {
    const seen = start();
    await polls();
    fixture.sandbox.control.setFaults({ loseEvents: 1, longPollFailed: [{ failed: 3 }] });
    fixture.annaWrites('lost');
    await stored(anna, 1);
    await until('the history to be read', () => seen.gaps.includes('stateLost'));
    fixture.annaWrites('after');
    await stored(anna, 2);
    expect(fixture.intake.texts(anna)).toEqual(['lost', 'after']);
  });

  it('reads the history when VK no longer knows our ts', async () => {
    const seen = start();
    await polls();
    fixture.annaWrites('1');
    await stored(anna, 1);
    fixture.sandbox.control.setFaults({ networkOff: true });
    fixture.annaWrites('2', '3');
    fixture.sandbox.control.dropEventQueue({ groupId });
    fixture.sandbox.control.clearFaults();
    await stored(anna, 3);
    await until('the history to be read', () => seen.gaps.includes('historyLost'));
    expect(fixture.intake.texts(anna)).toEqual(texts(3));
  });

  it('keeps one copy when VK sends the same event three times', async () => {
    start();
    await polls();
    fixture.sandbox.control.setFaults({ repeatEvents: 3 });
    fixture.annaWrites(...texts(10));
    await until('30 calls of the intake', () => fixture.intake.calls >= 30);
    expect(fixture.intake.texts(anna)).toEqual(texts(10));
    // The client's first message also sends an event of its own that allows messages.
    await until('all to be ingested', () => (fixture.counts.repeated ?? 0) >= 20);
    expect(fixture.counts.backfilled).toBeUndefined();
  });

  it('keeps the order of each client when VK shuffles the events', async () => {
    start();
    await polls();
    fixture.sandbox.control.setFaults({ shuffleEvents: { seed: 11, windowSize: 10 } });
    for (const text of texts(20)) {
      fixture.annaWrites(text);
      fixture.sandbox.control.clientSends({ groupId, userId: boris, text });
    }
    await stored(anna, 20);
    await stored(boris, 20);
    expect(fixture.intake.texts(anna)).toEqual(texts(20));
    expect(fixture.intake.texts(boris)).toEqual(texts(20));
  });

  it('reads a lost message from the history when the next message shows the gap', async () => {
    start();
    await polls();
    fixture.annaWrites('1');
    await stored(anna, 1);
    fixture.sandbox.control.setFaults({ loseEvents: 1 });
    fixture.annaWrites('2', '3');
    await stored(anna, 3);
    expect(fixture.intake.texts(anna)).toEqual(texts(3));
    expect(fixture.intake.messages(anna).map(({ isBackfilled }) => isBackfilled)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('stores everything once and in order after the store was unreachable for a while', async () => {
    const seen = start();
    await polls();
    fixture.annaWrites('1');
    await stored(anna, 1);
    const before = seen.stored.at(-1);
    fixture.intake.refuse(25);
    fixture.annaWrites('2', '3', '4');
    await until('some refusals', () => fixture.intake.calls > 10);
    expect(seen.stored.at(-1)).toBe(before);
    await stored(anna, 4);
    expect(fixture.intake.texts(anna)).toEqual(texts(4));
    await until('the checkpoint to follow', () => Number(seen.stored.at(-1)) > Number(before));
  });

  it('is not blocked by a message that cannot be stored, and records it as a gap', async () => {
    start();
    await polls();
    fixture.annaWrites('1');
    await stored(anna, 1);
    fixture.intake.poison('2');
    fixture.annaWrites('2', '3', '4');
    await stored(anna, 3);
    expect(fixture.intake.texts(anna)).toEqual(['1', '3', '4']);
    expect(fixture.intake.gaps).toEqual([{ peerId: String(anna), fromPosition: 2, toPosition: 2, count: 1 }]);
    expect(fixture.counts.keptAside).toBe(1);
    expect(fixture.letters.kept).toMatchObject([{ peerId: String(anna), identity: `message ${anna} 2` }]);
    expect(fixture.letters.kept[0]?.raw).toContain('"text":"2"');
  });

  it('reports that VK is unreachable and that it is back', async () => {
    const seen = start();
    await polls();
    fixture.sandbox.control.setFaults({ networkOff: true });
    await until('offline', () => seen.states.at(-1) === 'offline');
    fixture.annaWrites('while off');
    fixture.sandbox.control.clearFaults();
    await stored(anna, 1);
    await until('live again', () => seen.states.at(-1) === 'live');
  });

  it('reads the history after VK was unreachable for long', async () => {
    const seen = start(null, { ...times, longAwayMs: 1 });
    await polls();
    fixture.sandbox.control.setFaults({ networkOff: true });
    await until('offline', () => seen.states.at(-1) === 'offline');
    fixture.sandbox.control.clearFaults();
    await until('the history to be read', () => seen.gaps.includes('longAway'));
  });

  it('loses nothing when the answer of a poll is cut off', async () => {
    start();
    await polls();
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'longPoll', when: 'after', times: 3 }] });
    fixture.annaWrites(...texts(3));
    await stored(anna, 3);
    expect(fixture.intake.texts(anna)).toEqual(texts(3));
  });

  it.each([
    [5, 'tokenRejected'],
    [27, 'tokenRejected'],
    [7, 'rightsLost'],
    [15, 'rightsLost'],
  ])('stops with a reason when VK refuses the key with error %i', async (code, stopReason) => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'groups.getLongPollServer', code }] });
    await expect(start().ended).rejects.toMatchObject({ stopReason, networkCode: code });
  });

  it('continues after VK refused the key with a temporary error', async () => {
    fixture.sandbox.control.setFaults({
      apiErrors: [{ method: 'groups.getLongPollServer', code: 10, times: 2 }],
    });
    start();
    await polls();
    fixture.annaWrites('1');
    await stored(anna, 1);
  });

  it('stops at once although a poll is waiting', async () => {
    const seen = start();
    await polls();
    const before = Date.now();
    await seen.stop();
    expect(Date.now() - before).toBeLessThan(500);
  });
});
