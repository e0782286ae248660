/** What the desk accepts is stored, however the store fails: the callers of `accept` rely on nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptOutcome } from '../../../../server/serviceMessages/ports.ts';
import { quotaLimits } from '../../../../server/serviceMessages/quota/quota.ts';
import { serviceMessageModel } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { classifyStoreError } from '../../../../server/storage/classifyStoreError.ts';
import { failEachWrite } from '../../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../../support/faultyStore.ts';
import { storeFaults } from '../../../support/storeFaults.ts';
import { writesTo } from '../../../support/storeProxy.ts';
import { request, type SendingFixture, startSending } from '../sendingFixture.ts';
import { steeredNetwork } from '../steeredNetwork.ts';

let store: FaultyStore;
let sending: SendingFixture;
let clients = 0;

beforeAll(async () => {
  store = await openFaultyStore();
  sending = await startSending({ ...steeredNetwork(), store });
});
afterAll(() => sending?.[Symbol.asyncDispose]());

const newPhones = () => [1, 2, 3].map(() => `+7999000${String(1000 + clients++)}`);
const tokensOf = (phone: string, hasToken: boolean) => (hasToken ? [`client:${phone}`] : []);
const itemsOf = (phones: string[], hasToken: boolean) =>
  phones.map((phone) => ({
    request: request({ phone }),
    repeatTokens: tokensOf(phone, hasToken),
    requestHash: phone,
  }));
const accept = (phones: string[], hasToken: boolean) =>
  sending.accepting.accept(sending.sender, itemsOf(phones, hasToken));

/** Past the proxy. */
const storedFor = (phone: string) =>
  serviceMessageModel(store.direct)
    .find({ phoneIndex: sending.phones.indexOf(phone) })
    .lean();
const leftFor = async (phone: string) =>
  (await sending.quota.left(vkId(), sending.phones.indexOf(phone))).left;
const vkId = () => new (serviceMessageModel(store.direct).base.Types.ObjectId)(sending.vk.id);

async function expectStored(phones: string[], outcomes: AcceptOutcome[]): Promise<void> {
  for (const [at, phone] of phones.entries()) {
    const outcome = outcomes[at]!;
    if (outcome.kind === 'refused') throw new Error(`Refused: ${outcome.refusal.code}`);
    const stored = await storedFor(phone);
    expect(stored.map(({ _id }) => _id)).toEqual([outcome.message._id]);
    expect(await leftFor(phone)).toBe(quotaLimits.unitsPerWindow - 1);
  }
}

it('a batch with tokens is stored once, whichever of its writes fails', async () => {
  const writes = await failEachWrite(store.proxy, {
    faults: storeFaults,
    begin: newPhones,
    work: (phones) => accept(phones, true),
    check: expectStored,
  });
  expect(writes).toBe(2);
});

it('a batch without tokens is accepted at once, though one of its writes fails', async () => {
  await failEachWrite(store.proxy, {
    faults: storeFaults,
    begin: newPhones,
    work: (phones) => accept(phones, false),
    async check(phones, outcomes, failures) {
      expect(failures).toBe(0);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
      await expectStored(phones, outcomes);
    },
  });
});

describe.each(storeFaults)('while every insert ends with $kind and the work $work', (fault) => {
  it('the call fails, claims nothing, and a later repeat or sweep makes it whole', async () => {
    const phones = newPhones();
    store.proxy.fail(fault, { of: writesTo('serviceMessages') });
    const error = await accept(phones, true).then(
      (outcomes) => expect.fail(`It was answered: ${outcomes.map(({ kind }) => kind)}`),
      (thrown: unknown) => thrown,
    );
    store.proxy.heal();
    expect(classifyStoreError(error)).toBe('away');
    const stored = (await Promise.all(phones.map(storedFor))).flat().length;
    expect(stored).toBe(fault.work === 'done' ? phones.length : 0);
    await sending.quota.sweep(new Date(Date.now() + 11 * 60_000));
    for (const phone of phones)
      expect(await leftFor(phone)).toBe(quotaLimits.unitsPerWindow - stored / phones.length);
    await expectStored(phones, await accept(phones, true));
  });
});

it('two calls with one token at once give one message, though the first insert of one is cut', async () => {
  const [phone = ''] = newPhones();
  store.proxy.fail({ kind: 'cut', work: 'done' }, { of: writesTo('serviceMessages'), times: 1 });
  const both = await Promise.all([accept([phone], true), accept([phone], true)]);
  expect(store.proxy.heal()).toBe(1);
  const [first, second] = both.flat();
  expect([first?.kind, second?.kind].sort()).toEqual(['accepted', 'repeated']);
  await expectStored([phone, phone], both.flat());
});
