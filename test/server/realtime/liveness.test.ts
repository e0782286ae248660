import { expect, it } from 'vitest';
import { createLiveness } from '../../../server/realtime/liveness.ts';

const GONE_MS = 10_000;

function watched() {
  let nowMs = 0;
  const { pickAlive } = createLiveness(GONE_MS, () => nowMs);
  return {
    /** Looks after so long, and names the processes that count as alive. */
    look(afterMs: number, beats: Record<string, number>) {
      nowMs += afterMs;
      const known = Object.entries(beats).map(([_id, beat]) => ({ _id, beat, seenAt: new Date(0) }));
      return pickAlive(known).map(({ _id }) => _id);
    },
  };
}

it('counts a process as alive while its heartbeat moves, and for a while after', () => {
  const { look } = watched();
  expect(look(0, { a: 1 })).toEqual(['a']);
  expect(look(6_000, { a: 2 })).toEqual(['a']);
  expect(look(9_000, { a: 2 })).toEqual(['a']);
  expect(look(2_000, { a: 2 })).toEqual([]);
  expect(look(2_000, { a: 3 })).toEqual(['a']);
});

it('does not meet a dead process again because its document is still there', () => {
  const { look } = watched();
  look(0, { a: 1 });
  for (let n = 0; n < 6; n += 1) look(2_000, { a: 1 });
  expect(look(600_000, { a: 1, b: 1 })).toEqual(['a', 'b']);
  for (let n = 0; n < 5; n += 1) look(2_000, { a: 1, b: n });
  expect(look(2_000, { a: 1, b: 9 })).toEqual(['b']);
});

it('knows an older version by the time that it renews', () => {
  let nowMs = 0;
  const { pickAlive } = createLiveness(GONE_MS, () => nowMs);
  const older = (seenAtMs: number) => pickAlive([{ _id: 'old', seenAt: new Date(seenAtMs) }]).length;
  expect(older(500)).toBe(1);
  nowMs += 9_000;
  expect(older(2_500)).toBe(1);
  nowMs += 9_000;
  expect(older(2_500)).toBe(1);
  nowMs += 2_000;
  expect(older(2_500)).toBe(0);
});
