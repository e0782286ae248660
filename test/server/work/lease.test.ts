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
} from '../../../server/work/lease.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { createHandClock, turnOfLoop } from './handClock.ts';

const LEASE_MS = 10_000;
const start = new Date('2026-11-24T10:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const documents = () => store.connection.collection('leasedRows');

const names = ['a', 'b', 'c'];
const ids = names.map(() => new Types.ObjectId());
const field = leaseIn('lease');
const due = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.owner' });
const claimed = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.claimId' });
const beside = leaseBeside({ leaseUntil: 'leaseUntil', owner: 'claimId' });

const shapes = [
  { name: 'in its own field', lease: field, owners: names, free: { lease: null } },
  {
    name: 'in the due time of its document',
    lease: { ...due, release: (owner: LeaseOwner) => due.release(owner, start) },
    owners: names,
    free: { outbox: { dueAt: start, owner: null } },
  },
  {
    name: 'in the due time of its document, with an id for each claim',
    lease: { ...claimed, release: (owner: LeaseOwner) => claimed.release(owner, start) },
    owners: ids,
    free: { outbox: { dueAt: start, claimId: null } },
  },
  { name: 'beside the due time', lease: beside, owners: ids, free: { leaseUntil: null, claimId: null } },
  { name: 'beside the due time, never claimed before', lease: beside, owners: ids, free: {} },
];

describe.each(shapes)('a lease $name', ({ lease, owners, free }) => {
  const [first, second] = owners as [LeaseOwner, LeaseOwner];
  let _id: Types.ObjectId;
  beforeEach(async () => {
    _id = new Types.ObjectId();
    await documents().insertOne({ _id, ...free });
  });

  const write = async ({ filter, set }: LeaseWrite) =>
    (await documents().updateOne({ _id, ...filter }, { $set: set })).matchedCount === 1;
  const isHeldBy = async (owner: LeaseOwner) =>
    (await documents().countDocuments({ _id, ...lease.heldBy(owner) })) === 1;

  it('goes to one of many owners that claim it at once', async () => {
    const many = Array.from({ length: 20 }, (_, at) =>
      typeof first === 'string' ? `process-${at}` : new Types.ObjectId(),
    );
    const won = await Promise.all(many.map((owner) => write(lease.claim(owner, LEASE_MS, start))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await isHeldBy(many[won.indexOf(true)]!)).toBe(true);
  });

  it('is renewed by its owner only, and lasts from the renewal', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.renew(second, LEASE_MS, later(1)))).toBe(false);
    expect(await write(lease.renew(first, LEASE_MS, later(LEASE_MS / 2)))).toBe(true);
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(1.5 * LEASE_MS)))).toBe(true);
  });

  it('can be claimed by another owner once it expired, and is then lost to the first', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS - 1)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(LEASE_MS)))).toBe(true);
    expect(await write(lease.renew(first, LEASE_MS, later(LEASE_MS)))).toBe(false);
    expect(await write(lease.release(first))).toBe(false);
    expect(await isHeldBy(second)).toBe(true);
  });

  it('is released by its owner only, and can then be claimed at once', async () => {
    await write(lease.claim(first, LEASE_MS, start));
    expect(await write(lease.release(second))).toBe(false);
    expect(await write(lease.release(first))).toBe(true);
    expect(await isHeldBy(first)).toBe(false);
    expect(await write(lease.renew(first, LEASE_MS, later(1)))).toBe(false);
    expect(await write(lease.claim(second, LEASE_MS, later(1)))).toBe(true);
  });
});

it('can be claimed again by its owner when it has its own field', async () => {
  const _id = new Types.ObjectId();
  await documents().insertOne({ _id, lease: null });
  for (const now of [start, later(1)]) {
    const { filter, set } = field.claim('a', LEASE_MS, now);
    expect((await documents().updateOne({ _id, ...filter }, { $set: set })).matchedCount).toBe(1);
  }
  expect(await documents().findOne({ _id })).toMatchObject({
    lease: { owner: 'a', until: leaseEnd(LEASE_MS, later(1)) },
  });
});

it('cannot be claimed before the document is due, and is released until the time that its owner sets', async () => {
  const _id = new Types.ObjectId();
  await documents().insertOne({ _id, outbox: { dueAt: later(5), owner: null } });
  const claim = async (now: Date) => {
    const { filter, set } = due.claim('a', LEASE_MS, now);
    return (await documents().updateOne({ _id, ...filter }, { $set: set })).matchedCount === 1;
  };
  expect(await claim(later(4))).toBe(false);
  expect(await claim(later(5))).toBe(true);
  const { filter, set } = due.release('a', later(50));
  await documents().updateOne({ _id, ...filter }, { $set: set });
  expect(await claim(later(49))).toBe(false);
  expect(await claim(later(50))).toBe(true);
});

it('cannot be renewed or claimed when the document has no due time', async () => {
  const _id = new Types.ObjectId();
  await documents().insertOne({ _id, outbox: { owner: 'a' } });
  const { filter } = due.renew('a', LEASE_MS);
  expect(await documents().countDocuments({ _id, ...filter })).toBe(0);
  expect(await documents().countDocuments({ _id, ...due.claim('b', LEASE_MS).filter })).toBe(0);
});

it.each([
  ['without a time', {}, true],
  ['that was released', { leaseUntil: null }, true],
  ['that expires now', { leaseUntil: start }, true],
  ['that expires later', { leaseUntil: later(1) }, false],
])('knows whether a lease %s has expired', async (_case, document, isExpired) => {
  const _id = new Types.ObjectId();
  await documents().insertOne({ _id, ...document });
  expect(await documents().countDocuments({ _id, ...beside.claim('a', LEASE_MS, start).filter })).toBe(
    isExpired ? 1 : 0,
  );
});

describe('a lease that is being renewed', () => {
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

  it('is renewed until it is stopped', async () => {
    const { clock, renewing, seen } = keep([]);
    await turnOfLoop();
    expect(seen.renewals).toBe(0);
    await clock.pass(4 * RENEW_EVERY_MS);
    expect(seen.renewals).toBe(4);
    await renewing.stop();
    await clock.pass(4 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 4, losses: 0, failures: [] });
  });

  it('is given up when another owner holds it, and reports the loss once', async () => {
    const { clock, renewing, seen } = keep([true, false]);
    await clock.pass(10 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 2, losses: 1, failures: [] });
    await renewing.stop();
  });

  it('is renewed again after a failed renewal, since the lease may still be held', async () => {
    const away = new Error('the store is away');
    const { clock, renewing, seen } = keep([away, away]);
    await clock.pass(3 * RENEW_EVERY_MS);
    expect(seen).toEqual({ renewals: 3, losses: 0, failures: [away, away] });
    await renewing.stop();
  });

  it('is renewed on time although the previous renewal hangs, and reports the loss once', async () => {
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
    await turnOfLoop();
    await clock.pass(3 * RENEW_EVERY_MS);
    expect(answers).toHaveLength(3);
    expect(losses).toBe(1);
    await renewing.stop();
  });

  it('reports no loss after it is stopped, since the last renewal may have come after the release', async () => {
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
    await turnOfLoop();
    expect(isStopped).toBe(false);
    answer(false);
    await stopped;
    expect(losses).toBe(0);
  });
});
