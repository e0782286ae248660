import { expect, it } from 'vitest';
import { killSenders } from '../faults/killSenders.ts';

it('N18: sends each message once, in time and within quota, though processes die at random moments', async () => {
  const report = await killSenders({ kills: 3, phones: 40 });
  expect(report).toMatchObject({
    accepted: 200,
    refused: ['quotaSpent'],
    handedOver: 200,
    lost: [],
    strange: [],
    doubled: [],
    late: [],
    notDelivered: [],
    quotaWrong: [],
    expired: Array(5).fill('expired ttlExpired'),
    leftAfterExpiry: 5,
  });
}, 180_000);
