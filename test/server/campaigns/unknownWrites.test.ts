/** Each write of a list and of its sending fails once: each client gets one message, and the sums are right. */
import { Error as MongooseError } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditLine, auditModel, createAudit } from '../../../server/audit/audit.ts';
import { auditIntentModel, CONFIRMED_WITHIN_MS, createAuditIntents } from '../../../server/audit/intents.ts';
import { failEachWrite } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { type CampaignFixture, phoneOf, startCampaigns, untilIdle } from './campaignFixture.ts';

let store: FaultyStore;
let fixture: CampaignFixture;
let phones = 0;

beforeAll(async () => {
  store = await openFaultyStore();
  fixture = await startCampaigns({ store });
});
afterAll(() => fixture?.[Symbol.asyncDispose]());

const rows = () => [1, 2].map((row) => [phoneOf(++phones), `№ ${row}`]);

it('a list is read once, with all its rows', async () => {
  await failEachWrite(store.proxy, {
    begin: rows,
    work: (list) => fixture.listOf(list, 1),
    async check(_, campaign) {
      expect(await fixture.view(campaign)).toMatchObject({ rows: 2, state: 'checking' });
      // The headers are stored as the first row.
      expect(await fixture.deps.campaignRows.countDocuments({ mailingId: campaign._id })).toBe(3);
    },
  });
});

it('its dry run and its hand-over count each row once, and each client gets one message', async () => {
  await failEachWrite(store.proxy, {
    async begin() {
      await fixture.asUsual();
      return fixture.listOf(rows().slice(1));
    },
    async work(campaign) {
      const worker = fixture.newWorker('one');
      await untilIdle(worker);
      if ((await fixture.view(campaign)).state === 'ready') await fixture.move(campaign, { move: 'start' });
      await untilIdle(worker);
      const { taken } = await fixture.view(campaign);
      if (taken.fit < 1) throw new MongooseError.MongooseServerSelectionError('unfinished');
    },
    async check(campaign) {
      expect(await fixture.view(campaign)).toMatchObject({
        checked: { rows: 1, fit: 1 },
        taken: { rows: 1, fit: 1 },
        statuses: { queued: 1 },
      });
      expect(await fixture.deps.serviceMessages.countDocuments()).toBe(1);
    },
  });
});

it('a person starts, pauses, resumes and cancels it once, each with one line that is confirmed', async () => {
  const moves = ['start', 'pause', 'resume', 'cancel'] as const;
  const audit = createAudit(auditModel(store.direct));
  const intents = createAuditIntents({ auditIntents: auditIntentModel(store.direct), audit });
  await failEachWrite(store.proxy, {
    async begin() {
      await fixture.asUsual();
      const campaign = await fixture.listOf(rows().slice(1));
      await fixture.deps.campaigns.updateOne({ _id: campaign._id }, { $set: { state: 'ready' } });
      return campaign;
    },
    async work(campaign) {
      for (const move of moves) await fixture.move(campaign, { move });
    },
    async check(campaign, _, failures) {
      // A person who hears 503 presses the button again, and would hear that the state does not allow it.
      expect(failures).toBe(0);
      expect(await fixture.view(campaign)).toMatchObject({ state: 'cancelling' });
      await intents.sweep(new Date(Date.now() + CONFIRMED_WITHIN_MS + 1_000));
      const lines = await auditModel(store.direct)
        .find({ 'subject.id': campaign._id.toHexString() })
        .lean<AuditLine[]>();
      expect(lines.map(({ action }) => action).sort()).toEqual(moves.map((move) => `mailing.${move}`).sort());
      expect(lines.filter(({ details }) => details.isUnconfirmed)).toEqual([]);
    },
  });
});
