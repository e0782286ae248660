/** What follows from a move is done once the move is in the store, wherever its writer died, and forgotten when it is. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { beginChange, note } from '../../../server/serviceMessages/change.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { ABANDONED_MS, FOLLOW_LEASE_MS } from '../../../server/serviceMessages/statusEffectTimes.ts';
import { writeChanges } from '../../../server/serviceMessages/writeChanges.ts';
import { type SendingFixture, startSending } from './sendingFixture.ts';

let sending: SendingFixture;
let message: ServiceMessage;
let phones = 0;

beforeAll(async () => {
  sending = await startSending({ channels: { forCommunity: async () => null } });
});
afterAll(async () => sending?.[Symbol.asyncDispose]());
beforeEach(async () => {
  phones += 1;
  message = await sending.sendOne({ phone: `+7999100000${phones}` });
  sending.told.length = 0;
});

/** Moves the message; who dies does it after the write and before what follows. */
async function move(status: 'sent' | 'delivered', { dies }: { dies: boolean }): Promise<void> {
  const now = new Date();
  const change = beginChange(await sending.read(message));
  note(change, { status, at: now, source: 'send', tryNo: 0 }, now);
  const statusEffects = dies
    ? { ...sending.statusEffects, run: async () => undefined }
    : sending.statusEffects;
  await writeChanges({ serviceMessages: sending.serviceMessages, statusEffects }, [change], now);
}

const told = () => sending.told.map(({ status }) => status);
const openRows = () => sending.openTransitions.countDocuments();
const later = (ms: number) => new Date(Date.now() + ms);

it('leaves no row behind a move that was followed', async () => {
  await move('sent', { dies: false });
  expect(told()).toEqual(['sent']);
  expect(await openRows()).toBe(0);
});

it('follows after its lease what a writer did not live to follow, once', async () => {
  await move('sent', { dies: true });
  expect(await sending.statusEffects.sweep()).toBe(0);
  expect(told()).toEqual([]);
  const swept = await Promise.all(
    [1, 2].map(() => sending.statusEffects.sweep(later(FOLLOW_LEASE_MS + 1_000))),
  );
  expect(Math.max(...swept)).toBe(1);
  expect(new Set(told())).toEqual(new Set(['sent']));
  expect(await openRows()).toBe(0);
});

it('tells of an earlier move that is still open together with the next, in their order', async () => {
  await move('sent', { dies: true });
  await move('delivered', { dies: false });
  expect(told()).toEqual(['sent', 'delivered']);
  await sending.statusEffects.sweep(later(FOLLOW_LEASE_MS + 1_000));
  expect(told()).toEqual(['sent', 'delivered', 'sent']);
  expect(await openRows()).toBe(0);
});

it('waits for a writer that may only be slow, and gives up on one that never wrote', async () => {
  await sending.statusEffects.open(new Types.ObjectId(), [message._id], new Date());
  await sending.statusEffects.sweep(later(FOLLOW_LEASE_MS + 1_000));
  expect(await openRows()).toBe(1);
  await sending.statusEffects.sweep(later(ABANDONED_MS + FOLLOW_LEASE_MS));
  expect(told()).toEqual([]);
  expect(await openRows()).toBe(0);
});

it('takes a message out of the row of a write once it is followed for itself', async () => {
  await move('sent', { dies: true });
  const now = await sending.read(message);
  expect(await sending.statusEffects.findPending([now])).toEqual(new Set([message._id.toHexString()]));
  expect(await sending.statusEffects.runPending([now])).toEqual(new Set());
  expect(told()).toEqual(['sent']);
  await sending.statusEffects.sweep(later(FOLLOW_LEASE_MS + 1_000));
  expect(told()).toEqual(['sent']);
  expect(await openRows()).toBe(0);
});
