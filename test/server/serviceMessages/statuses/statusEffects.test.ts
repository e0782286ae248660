/** The effects of a stored transition run even if its writer died, and its row is deleted afterwards. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ServiceMessage } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { beginChange, note } from '../../../../server/serviceMessages/statuses/change.ts';
import {
  createStatusEffects,
  type TransitionListener,
} from '../../../../server/serviceMessages/statuses/statusEffects.ts';
import {
  ABANDONED_MS,
  EFFECTS_LEASE_MS,
} from '../../../../server/serviceMessages/statuses/statusEffectTimes.ts';
import { writeChanges } from '../../../../server/serviceMessages/statuses/writeChanges.ts';
import { type SendingFixture, startSending } from '../sendingFixture.ts';

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
  sending.notified.length = 0;
});

/** Changes the status; a writer that `dies` does so after the write and before the effects. */
async function transition(status: 'sent' | 'delivered', { dies }: { dies: boolean }): Promise<void> {
  const now = new Date();
  const change = beginChange(await sending.read(message));
  note(change, { status, at: now, source: 'send', tryNo: 0 }, now);
  const statusEffects = dies
    ? { ...sending.statusEffects, run: async () => undefined }
    : sending.statusEffects;
  await writeChanges({ serviceMessages: sending.serviceMessages, statusEffects }, [change]);
}

const notified = () => sending.notified.map(({ status }) => status);
const openRows = () => sending.openTransitions.countDocuments();
const later = (ms: number) => new Date(Date.now() + ms);

it('deletes the row of a transition once its effects are done', async () => {
  await transition('sent', { dies: false });
  expect(notified()).toEqual(['sent']);
  expect(await openRows()).toBe(0);
});

it('runs the effects of a writer that died after its lease, and only once', async () => {
  await transition('sent', { dies: true });
  expect(await sending.statusEffects.sweep()).toBe(0);
  expect(notified()).toEqual([]);
  const swept = await Promise.all(
    [1, 2].map(() => sending.statusEffects.sweep(later(EFFECTS_LEASE_MS + 1_000))),
  );
  expect(Math.max(...swept)).toBe(1);
  expect(new Set(notified())).toEqual(new Set(['sent']));
  expect(await openRows()).toBe(0);
});

it('publishes an earlier pending transition together with the next one, in order', async () => {
  await transition('sent', { dies: true });
  await transition('delivered', { dies: false });
  expect(notified()).toEqual(['sent', 'delivered']);
  await sending.statusEffects.sweep(later(EFFECTS_LEASE_MS + 1_000));
  expect(notified()).toEqual(['sent', 'delivered', 'sent']);
  expect(await openRows()).toBe(0);
});

it('waits for a writer that may only be slow, and gives up on one that never wrote its change', async () => {
  await sending.statusEffects.open(new Types.ObjectId(), [message._id]);
  await sending.statusEffects.sweep(later(EFFECTS_LEASE_MS + 1_000));
  expect(await openRows()).toBe(1);
  await sending.statusEffects.sweep(later(ABANDONED_MS + EFFECTS_LEASE_MS));
  expect(notified()).toEqual([]);
  expect(await openRows()).toBe(0);
});

it('removes a message from the row of a write once its own effects are done', async () => {
  await transition('sent', { dies: true });
  const now = await sending.read(message);
  expect(await sending.statusEffects.findPending([now])).toEqual(new Set([message._id.toHexString()]));
  expect(await sending.statusEffects.runPending([now])).toEqual(new Set());
  expect(notified()).toEqual(['sent']);
  await sending.statusEffects.sweep(later(EFFECTS_LEASE_MS + 1_000));
  expect(notified()).toEqual(['sent']);
  expect(await openRows()).toBe(0);
});

it('runs the effects of the others although those of one message fail, and that one’s later and later', async () => {
  const healthy = message;
  phones += 1;
  message = await sending.sendOne({ phone: `+7999100000${phones}` });
  const broken = message;
  const failsForBroken: TransitionListener = async (messages) => {
    if (messages.some(({ _id }) => _id.equals(broken._id))) throw new Error('this message has no thread');
  };
  const statusEffects = createStatusEffects({ ...sending.effectDeps, listeners: [failsForBroken] });
  await transition('sent', { dies: true });
  message = healthy;
  await transition('sent', { dies: true });
  const due = later(EFFECTS_LEASE_MS + 1_000);
  await statusEffects.sweep(due);
  expect(sending.notified.map(({ messageId }) => messageId)).toContain(String(healthy._id));
  const [row, ...others] = await sending.openTransitions.find().lean();
  expect(others).toEqual([]);
  expect(row).toMatchObject({ messageIds: [broken._id], failures: 1 });
  expect(row!.dueAt.getTime()).toBeGreaterThan(due.getTime());
  // The other effects of that message ran all the same.
  expect(sending.notified.map(({ messageId }) => messageId)).toContain(String(broken._id));
  await sending.statusEffects.sweep(later(2 * 3600_000));
  expect(await openRows()).toBe(0);
});
