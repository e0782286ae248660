import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotaModel } from '../../server/serviceMessages/quota/quota.model.ts';
import { createQuota, type QuotaKeeper, type UnitRequest } from '../../server/serviceMessages/quota/quota.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const hourMs = 3600_000;
const start = Date.UTC(2026, 0, 1, 12);
const at = (hours: number) => new Date(start + hours * hourMs);

let store: TestStore;
let quota: QuotaKeeper;
/** Ids of stored messages, for the search of units without a message. */
const stored = new Set<string>();

beforeAll(async () => {
  store = await openTestStore();
  const model = quotaModel(store.connection);
  await store.build([model as never]);
  quota = createQuota({
    quota: model,
    holders: async (_communityId, ids) =>
      new Set(ids.map((id) => id.toHexString()).filter((id) => stored.has(id))),
  });
});
afterAll(() => store[Symbol.asyncDispose]());

/** A new client for each test. */
function client() {
  const communityId = new Types.ObjectId();
  return (count: number): UnitRequest[] =>
    Array.from({ length: count }, () => ({
      communityId,
      phoneIndex: 'phone',
      messageId: new Types.ObjectId(),
      sentBy: at(24),
    }));
}
const kinds = (answers: { kind: string }[]) => answers.map(({ kind }) => kind);

describe('N7: five service messages to one client in any 24 hours', () => {
  it('accepts five and refuses the sixth, and says when the next one is possible', async () => {
    const five = client()(5);
    for (const [n, unit] of five.entries()) {
      expect(kinds(await quota.reserve([unit], at(n)))).toEqual(['taken']);
      await quota.markSent([unit], at(n));
    }
    const sixth = { ...five[0]!, messageId: new Types.ObjectId() };
    expect(await quota.reserve([sixth], at(23.9))).toEqual([{ kind: 'spent', retryAt: at(24) }]);
    expect(await quota.left(sixth.communityId, 'phone', at(23.9))).toEqual({ left: 0, retryAt: at(24) });
    expect(kinds(await quota.reserve([sixth], at(24)))).toEqual(['taken']);
  });

  it('counts a bank’s messages without refusing one, and says when they leave room', async () => {
    const make = client();
    const free = make(70).map((unit) => ({ ...unit, isUnlimited: true }));
    for (const [n, unit] of free.slice(0, 60).entries()) {
      expect(kinds(await quota.reserve([unit], at(n / 10)))).toEqual(['taken']);
      await quota.markSent([unit], at(n / 10));
    }
    // Many at once, as a batch and by several senders.
    const [batch, rest] = [free.slice(60, 65), free.slice(65)];
    const together = await Promise.all([
      quota.reserve(batch, at(6)),
      ...rest.map((u) => quota.reserve([u], at(6))),
    ]);
    expect(kinds(together.flat())).toEqual(Array(10).fill('taken'));
    await quota.markSent([...batch, ...rest], at(6));
    // The mark is taken back: the last five leave the window 24 hours after they were sent.
    const [limited] = make(1);
    expect(await quota.reserve([limited!], at(7))).toEqual([{ kind: 'spent', retryAt: at(30) }]);
    expect(await quota.left(limited!.communityId, 'phone', at(7))).toEqual({ left: 0, retryAt: at(30) });
    expect(kinds(await quota.reserve([limited!], at(29.9)))).toEqual(['spent']);
    expect(kinds(await quota.reserve([limited!], at(30)))).toEqual(['taken']);
  });

  it('never lets more than five through, however many senders there are at once', async () => {
    const requests = client()(60);
    const answers = await Promise.all(requests.map((request) => quota.reserve([request], at(0))));
    expect(answers.flat().filter(({ kind }) => kind === 'taken')).toHaveLength(5);
  });

  it('decides on each message of a batch separately', async () => {
    const [crowded, other] = [client(), client()];
    const answers = await quota.reserve([...crowded(7), ...other(2)], at(0));
    expect(kinds(answers)).toEqual([...Array(5).fill('taken'), 'spent', 'spent', 'taken', 'taken']);
  });

  it('reserves one unit for one message however often the call is repeated', async () => {
    const [message, ...others] = client()(5) as [UnitRequest, ...UnitRequest[]];
    for (let times = 0; times < 7; times++) await quota.reserve([message], at(0));
    expect(kinds(await quota.reserve(others, at(0)))).toEqual(Array(4).fill('taken'));
    // A repeat after the quota is used up: the message keeps its unit.
    expect(kinds(await quota.reserve([message], at(0)))).toEqual(['taken']);
  });

  it('counts 24 hours from the handover of a message, not from the time it waits', async () => {
    const make = client();
    const waiting = make(5);
    await quota.reserve(waiting, at(0));
    const [next] = make(1) as [UnitRequest];
    expect(kinds(await quota.reserve([next], at(23)))).toEqual(['spent']);
    await quota.markSent(waiting, at(23));
    expect(kinds(await quota.reserve([next], at(46.9)))).toEqual(['spent']);
    expect(kinds(await quota.reserve([next], at(47)))).toEqual(['taken']);
  });

  it('releases a unit once, and another message can reserve it', async () => {
    const make = client();
    const five = make(5);
    await quota.reserve(five, at(0));
    await quota.release([five[2]!]);
    await quota.release([five[2]!]);
    expect(kinds(await quota.reserve(make(2), at(0)))).toEqual(['taken', 'spent']);
  });

  it('releases units whose message was never stored, and keeps those of waiting messages', async () => {
    const make = client();
    const [kept, ...lost] = make(5) as [UnitRequest, ...UnitRequest[]];
    stored.add(kept.messageId.toHexString());
    await quota.reserve([kept, ...lost], at(0));
    await quota.sweep(at(0.1));
    expect((await quota.left(kept.communityId, 'phone', at(0.1))).left).toBe(0);
    await quota.sweep(at(1));
    expect((await quota.left(kept.communityId, 'phone', at(1))).left).toBe(4);
  });
});
