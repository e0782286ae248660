/** Each write of retention fails once: old data is removed, and a change of the periods is made once. */
import { Error as MongooseError, Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRetention, setRetention, usualPeriods } from '../../../server/personalData/retention.ts';
import { sweepOnce } from '../../../server/personalData/sweeper.ts';
import { sweepOpenFiles } from '../../../server/storage/fileBucket.ts';
import { failEachKindOfWrite, failEachWrite } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { usualFaults } from '../../support/storeFaults.ts';
import { type ErasureFixture, startErasure } from './erasureFixture.ts';

let store: FaultyStore;
let desk: ErasureFixture;
beforeAll(async () => {
  store = await openFaultyStore();
  desk = await startErasure({ store });
});
afterAll(() => desk?.[Symbol.asyncDispose]());

const day = 86_400_000;
let rounds = 0;
let peers = 800_000;

it('a person sets the periods once, and does not hear that somebody else did', async () => {
  await failEachWrite(store.proxy, {
    begin: async () => (await readRetention(desk.retention, desk.companyId)).revision,
    work: (revision) =>
      setRetention(desk.retention, desk.companyId, {
        periods: { ...usualPeriods, messages: 30 + (revision % 5), mailingRows: 7 },
        revision,
      }),
    check(revision, set) {
      expect(set).toMatchObject({ revision: revision + 1, periods: { messages: 30 + (revision % 5) } });
    },
  });
});

it.each(usualFaults)(
  'a sweep goes on where each kind of write fails in turn ($kind, $work)',
  async (fault) => {
    const { revision } = await readRetention(desk.retention, desk.companyId);
    const periods = { ...usualPeriods, messages: 30, mailingRows: 7 };
    await setRetention(desk.retention, desk.companyId, { periods, revision });
    const peerId = String(++peers);
    const clientId = new Types.ObjectId();
    await desk.say(peerId, 1, 'Здравствуйте!');
    await desk.register.write({ key: peerId, action: 'exported', person: null, clientId });
    const campaignId = await desk.oldCampaign();

    const { kinds } = await failEachKindOfWrite(store.proxy, fault, async () => {
      // A sweep that failed has left its lease: the next one begins when it has ended.
      const now = new Date(Date.now() + 2_000 * day + ++rounds * 3600_000);
      const deps = {
        ...desk,
        statusEffects: desk.deps.statusEffects,
        register: desk.registerLines,
        sweepImages: async () => false,
        sweepPieces: (at: Date) => sweepOpenFiles(desk.connection, at),
      };
      if (!(await sweepOnce(deps, now))) throw new MongooseError.MongooseServerSelectionError('not swept');
    });
    expect(kinds).toEqual(
      expect.arrayContaining([
        expect.stringContaining('retention'),
        expect.stringContaining('messages'),
        'delete personalDataRegister',
        'delete mailingRows',
        'update mailings',
      ]),
    );
    expect(await desk.messages.find({ peerId }).distinct('text')).toEqual(['']);
    expect(await desk.registerLines.countDocuments({ clientId })).toBe(0);
    expect(await desk.campaignRows.countDocuments({ mailingId: campaignId })).toBe(0);
    expect(await desk.campaigns.findById(campaignId).lean()).toMatchObject({ headers: ['', ''], rows: 1 });
    const state = await desk.retention.findById(desk.companyId).orFail().lean();
    expect(state.messagesFailed ?? []).toEqual([]);
  },
);
