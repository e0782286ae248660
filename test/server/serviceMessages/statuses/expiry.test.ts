/** A message that cannot expire, because what is stored of it is broken, stops no other. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { ServiceMessage } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { expireDue } from '../../../../server/serviceMessages/statuses/expiry.ts';
import { silent } from '../../../support/store.ts';
import { type SendingFixture, startSending } from '../sendingFixture.ts';
import { steeredNetwork } from '../steeredNetwork.ts';

let sending: SendingFixture;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  sending = await startSending({ channels: steeredNetwork().channels });
});
afterAll(async () => {
  await sending?.[Symbol.asyncDispose]();
  vi.useRealTimers();
});
afterEach(() => sending.clear());

it.each([
  ['cannot be read', { $unset: { tries: '' } }],
  ['cannot be written', { $set: { history: { not: 'a list' } } }],
])('expires the others when one message %s, and tries that one again later', async (_, damage) => {
  const { serviceMessages, statusEffects } = sending;
  const messages: ServiceMessage[] = [];
  for (let count = 0; count < 3; count += 1) messages.push(await sending.sendOne({ ttlSeconds: 30 }));
  const [broken, ...others] = messages;
  await serviceMessages.collection.updateOne({ _id: broken!._id }, damage as never);
  vi.setSystemTime(Date.now() + 31_000);
  const errors: unknown[] = [];
  const logger = { ...silent, error: (about: unknown) => void errors.push(about) } as typeof silent;
  const deps = { serviceMessages, statusEffects, logger };
  await expireDue(deps);
  for (const other of others) expect(await sending.read(other)).toMatchObject({ status: 'expired' });
  expect(errors).toEqual([expect.objectContaining({ messageId: broken!._id })]);

  // It does not stand before the others at the next look.
  expect(await expireDue(deps)).toBe(0);
  expect(errors).toHaveLength(1);
  vi.setSystemTime(Date.now() + 61 * 60_000);
  await expireDue(deps);
  expect(errors).toHaveLength(2);
});
