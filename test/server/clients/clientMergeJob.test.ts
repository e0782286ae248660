/** Interrupted merges of clients: one that fails stops no other one, and is tried again later. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, clientModel } from '../../../server/clients/client.model.ts';
import { finishClientMerges } from '../../../server/clients/clientMergeJob.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  await store.build([clientModel(store.connection)] as never);
});
afterAll(() => store?.[Symbol.asyncDispose]());

it('finishes the others, and tries the failed one again later and later', async () => {
  const clients = clientModel(store.connection);
  const companyId = new Types.ObjectId();
  const interruptedAt = new Date(Date.now() - 60_000);
  const receiver = (name: string) =>
    clients.create({
      companyId,
      name,
      bonds: [],
      firstSeenAt: interruptedAt,
      takeover: { from: new Types.ObjectId(), bonds: [], phone: null, at: interruptedAt },
    });
  const [broken, healthy] = [await receiver('broken'), await receiver('healthy')];
  let isBroken = true;
  const deps = {
    companyId,
    clients,
    logger: silent,
    clientConversations: {
      move: async (_from: Types.ObjectId, to: Types.ObjectId) => {
        if (isBroken && to.equals(broken._id)) throw new Error('this conversation cannot be moved');
      },
      align: async () => undefined,
      shownName: async () => undefined,
    },
  };
  const jobOf = async ({ _id }: { _id: Types.ObjectId }) =>
    (await clients.findById(_id).orFail().lean<Client>()).takeover;
  const now = new Date();
  expect(await finishClientMerges(deps, now)).toBe(1);
  expect(await jobOf(healthy)).toBeUndefined();
  const job = await jobOf(broken);
  expect(job?.failures).toBe(1);
  expect(job!.retryAt!.getTime()).toBeGreaterThan(now.getTime());
  expect(await finishClientMerges(deps, now)).toBe(0);
  isBroken = false;
  expect(await finishClientMerges(deps, new Date(now.getTime() + 3600_000))).toBe(1);
  expect(await jobOf(broken)).toBeUndefined();
});
