import { expect, it } from 'vitest';
import { nextIn } from '../../../web/conversation/useOpenNext.ts';
import { hexId, sampleRow } from '../support/samples.ts';

const rows = [1, 2, 3].map((number) => sampleRow({ id: hexId(number) }));

it.each([
  ['the one behind', 1, 2],
  ['the one before, at the end of the queue', 3, 2],
  ['the first one, for a conversation that has left the queue', 9, 1],
])('is %s', (_, from, to) => {
  expect(nextIn({ rows }, hexId(from))).toBe(hexId(to));
});

it('is none when the queue holds nothing else', () => {
  expect(nextIn({ rows: rows.slice(0, 1) }, hexId(1))).toBeNull();
  expect(nextIn({ rows: [] }, hexId(1))).toBeNull();
});
