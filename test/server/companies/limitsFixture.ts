/** A company with real settings, over the store of a sending fixture: its limits apply to sending. */
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { blockedPhoneModel } from '../../../server/companies/blockedPhone.model.ts';
import { companyModel } from '../../../server/companies/company.model.ts';
import { changeCompany } from '../../../server/companies/companySettings.ts';
import { createCompanyKeeper } from '../../../server/companies/keptCompany.ts';
import type { SendingLimits } from '../../../server/companies/sendingLimits.ts';
import { createSendingLimits } from '../../../server/companies/sendingLimits.ts';
import { type SendingFixture, startSending } from '../serviceMessages/sendingFixture.ts';
import type { SteeredNetwork } from '../serviceMessages/steeredNetwork.ts';

export type LimitsFixture = Awaited<ReturnType<typeof startLimits>>;

export const editor = { id: 'e'.repeat(24), name: 'Алиса' };

export async function startLimits(network: SteeredNetwork) {
  let rules: { limits: SendingLimits; isBank(): Promise<boolean> } | null = null;
  const held = () => {
    if (!rules) throw new Error('Asked before the company was there');
    return rules;
  };
  const sending: SendingFixture = await startSending({
    channels: network.channels,
    limits: {
      blocked: (companyId, phoneIndexes) => held().limits.blocked(companyId, phoneIndexes),
      hours: (companyId) => held().limits.hours(companyId),
    },
    isBank: () => held().isBank(),
  });
  const { connection } = sending.store;
  const models = {
    companies: companyModel(connection),
    blockedPhones: blockedPhoneModel(connection),
    auditLines: auditModel(connection),
  };
  await sending.store.build(Object.values(models) as never);
  const { companyId, sealing } = sending;
  await models.companies.create({ _id: companyId, slug: 'shop', name: 'Лавка', createdAt: new Date() });
  // Cached for as long as a loaded machine may take; a change made here takes effect at once all the same.
  const keeper = createCompanyKeeper(models.companies, { keptMs: 60_000 });
  rules = {
    limits: createSendingLimits({ ...models, keeper }),
    isBank: async () => (await keeper.read(companyId))?.isBank ?? false,
  };
  const audit = createAudit(models.auditLines);
  const settings = { ...models, companyId, sealing, audit, keeper };
  return {
    ...sending,
    ...models,
    audit,
    settings,
    /** No messages, no blocked phones and no sending hours: a failed test does not affect the next one. */
    async asUsual(): Promise<void> {
      await Promise.all([sending.clear(), models.blockedPhones.deleteMany({})]);
      await changeCompany(settings, { sendingHours: null, timeZone: 'Europe/Moscow' }, editor);
    },
    /** The collections that the store is queried for meanwhile, once per query. */
    async collectionsAsked(during: () => Promise<unknown>): Promise<string[]> {
      const asked: string[] = [];
      connection.set('debug', (collection: string) => asked.push(collection));
      try {
        await during();
      } finally {
        connection.set('debug', false);
      }
      return asked;
    },
  };
}
