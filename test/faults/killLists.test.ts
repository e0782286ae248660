import { expect, it } from 'vitest';
import { killLists } from './killLists.ts';

it('sends and counts each row of a list once, though processes die at random moments', async () => {
  const report = await killLists({ kills: 2, rows: 500 });
  expect(report).toMatchObject({
    refused: { phoneInvalid: 5, duplicateInList: 5 },
    lost: [],
    doubledRows: [],
    doubled: [],
    strange: [],
    untrue: [],
    sumsWrong: [],
    sentWhilePaused: 0,
  });
  expect(report.kills).toBeGreaterThanOrEqual(2);
}, 180_000);
