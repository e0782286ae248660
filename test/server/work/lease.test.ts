import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  dueLease,
  keepRenewing,
  type LeaseOwner,
  type LeaseWrite,
  leaseBeside,
  leaseEnd,
  leaseIn,
  leaseRanOut,
} from '../../../server/work/lease.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { createHandClock, settled } from './handClock.ts';

const LEASE_MS = 10_000;
const start = new Date('2026-11-24T10:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const rows = () => store.connection.collection('leasedRows');

const names = ['a', 'b', 'c'];
const ids = names.map(() => new Types.ObjectId());
const field = leaseIn('lease');
const due = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.owner' });
const claimed = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.claimId' });
const beside = leaseBeside({ leaseUntil: 'leaseUntil', owner: 'claimId' });

const shapes = [
  { name: 'in a field of its own', lease: field, owners: names, free: { lease: null } },
  {
    name: 'in the time when its row is due',
    lease: { ...due, release: (owner: LeaseOwner) => due.release(owner, start) },
    owners: names,
    free: { outbox: { dueAt: start, owner: null } },
  },
  {
    name: 'in the time when its row is due, with an id for each claim',
    lease: { ...claimed, release: (owner: LeaseOwner) => claimed.release(owner, start) },
    owners: ids,
    free: { outbox: { dueAt: start, claimId: null } },
  },
  { name: 'beside that time', lease: beside, owners: ids, free: { leaseUntil: null, claimId: null } },
  { name: 'beside that time, never claimed before', lease: beside, owners: ids, free: {} },
];

describe.each(shapes)('a lease $name', ({ lease, owners, free }) => {
  const [first, second] = owners as [LeaseOwner, LeaseOwner];
  let _id: Types.ObjectId;
  beforeEach(async () => {
    _id = new Types.ObjectId();
    await rows().insertOne({ _id, ...free });
  });

  const write = async ({ filter, set }: LeaseWrite) =>
    (await rows().updateOne({ _id, ...filter }, { $set: set })).matchedCount === 1;
  const isHeldBy = async (owner: LeaseOwner) =>
    (await rows().countDocuments({ _id, ...lease.heldBy(owner) })) === 1;

  it('goes to one of many that claim it at once', async () => {
    const many = Array.from({ length: 20 }, (_, at) =>
      typeof first === 'string' ? `process-${at}` : new Types.ObjectId(),
    );
    const won = await Promise.all(many.map((owner) => write(lease.claim(owner, LEASE_MS, start))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await isHeldBy(many[won.indexOf(true)]!)).toBe(true);
  });

  it('is renewed by its owner alone, and lasts from the renewal', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.renew(second, LEASE_MS, later(1)))).toBe(false);
    expect(await write(lease.renew(first, LEASE_MS, later(LEASE_MS / 2)))).toBe(true);
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(1.5 * LEASE_MS)))).toBe(true);
  });

  it('can be claimed by another once it has run out, and is then lost to the first', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS - 1)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS)))).toBe(true);
    expect(await write(lease.renew(first, LEASE_MS, later(LEASE_MS)))).toBe(false);
    expect(await write(lease.release(first))).toBe(false);
    expect(await isHeldBy(second)).toBe(true);
  });

  it('is released by its owner alone, and can then be claimed at once', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.release(second))).toBe(false);
    expect(await write(lease.release(first))).toBe(true);
    expect(await isHeldBy(first)).toBe(false);
    expect(await write(lease.renew(first, LEASE_MS, later(1)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(1)))).toBe(true);
  });
});

it('can be claimed again by its owner where it lies in a field of its own', async () => {
  const _id = new Types.ObjectId();
  await rows().insertOne({ _id, lease: null });
  for (const now of [start, later(1)]) {
    const { filter, set } = field.claim('a', LEASE_MS, now);
    expect((await rows().updateOne({ _id, ...filter }, { $set: set })).matchedCount).toBe(1);
  }
  expect(await rows().findOne({ _id })).toMatchObject({
    lease: { owner: 'a', until: leaseEnd(LEASE_MS, later(1)) },
  });
});

it('leaves a row that is not due to nobody, and releases it for the time that its owner names', async () => {
  const _id = new Types.ObjectId();
  await rows().insertOne({ _id, outbox: { dueAt: later(5), owner: null } });
  const claim = async (now: Date) => {
    const { filter, set } = due.claim('a', LEASE_MS, now);
    return (await rows().updateOne({ _id, ...filter }, { $set: set })).matchedCount === 1;
  };
  expect(await claim(later(4))).toBe(false);
  expect(await claim(later(5))).toBe(true);
  const { filter, set } = due.release('a', later(50));
  await rows().updateOne({ _id, ...filter }, { $set: set });
  expect(await claim(later(49))).toBe(false);
  expect(await claim(later(50))).toBe(true);
});

it('holds no row that has left the queue', async () => {
  const _id = new Types.ObjectId();
  await rows().insertOne({ _id, outbox: { owner: 'a' } });
  const { filter } = due.renew('a', LEASE_MS);
  expect(await rows().countDocuments({ _id, ...filter })).toBe(0);
  expect(await rows().countDocuments({ _id, ...due.claim('b', LEASE_MS).filter })).toBe(0);
});

it.each([
  ['without a time', {}, true],
  ['that was released', { leaseUntil: null }, true],
  ['whose time is now', { leaseUntil: start }, true],
  ['whose time comes', { leaseUntil: later(1) }, false],
])('says of a lease %s whether it ran out', async (_case, row, isOver) => {
  const _id = new Types.ObjectId();
  await rows().insertOne({ _id, ...row });
  expect(await rows().countDocuments({ _id, ...leaseRanOut('leaseUntil', start) })).toBe(isOver ? 1 : 0);
});

describe('a lease that is kept', () => {
  const RENEW_EVERY_MS = 3_000;

  function keep(answers: (boolean | Error)[]) {
    const clock = createHandClock();
    const seen = { renewals: 0, losses: 0, failures: [] as unknown[] };
    const renewing = keepRenewing({
      everyMs: RENEW_EVERY_MS,
      async renew() {
        const answer = answers[seen.renewals] ?? true;
        seen.renewals += 1;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      lost: () => {
        seen.losses += 1;
      },
      logFailure: (error) => seen.failures.push(error),
      clock,
    });
    return { clock, renewing, seen };
  }

  it('is renewed while its work lasts, and no more once that has ended', async () => {
    const { clock, renewing, seen } = keep([]);
    await settled();
    expect(seen.renewals).toBe(0);
    await clock.pass(4 * RENEW_EVERY_MS);
    expect(seen.renewals).toBe(4);
    await renewing.stop();
    await clock.pass(4 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 4, losses: 0, failures: [] });
  });

  it('is given up when it has become the lease of another, and its keeper is told once', async () => {
    const { clock, renewing, seen } = keep([true, false]);
    await clock.pass(10 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 2, losses: 1, failures: [] });
    await renewing.stop();
  });

  it('is renewed again after a renewal that failed: nobody knows whether it was lost', async () => {
    const away = new Error('the store is away');
    const { clock, renewing, seen } = keep([away, away]);
    await clock.pass(3 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 3, losses: 0, failures: [away, away] });
    await renewing.stop();
  });

  it('is renewed at its time although the renewal before hangs, and is found lost once', async () => {
    const answers: ((isOurs: boolean) => void)[] = [];
    let losses = 0;
    const clock = createHandClock();
    const renewing = keepRenewing({
      everyMs: RENEW_EVERY_MS,
      renew: () => new Promise((resolve) => answers.push(resolve)),
      lost: () => {
        losses += 1;
      },
      logFailure: () => {},
      clock,
    });
    await clock.pass(3 * RENEW_EVERY_MS);
    expect(answers).toHaveLength(3);
    for (const answer of answers) answer(false);
    await settled();
    await clock.pass(3 * RENEW_EVERY_MS);
    expect(answers).toHaveLength(3);
    expect(losses).toBe(1);
    await renewing.stop();
  });

  it('tells of no loss to a keeper who has stopped: the renewal may have come after the release', async () => {
    let answer = (_isOurs: boolean) => {};
    let losses = 0;
    const clock = createHandClock();
    const renewing = keepRenewing({
      everyMs: RENEW_EVERY_MS,
      renew: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      lost: () => {
        losses += 1;
      },
      logFailure: () => {},
      clock,
    });
    await clock.pass(RENEW_EVERY_MS);
    let isStopped = false;
    const stopped = renewing.stop().then(() => {
      isStopped = true;
    });
    await settled();
    expect(isStopped).toBe(false);
    answer(false);
    await stopped;
    expect(losses).toBe(0);
  });
});
