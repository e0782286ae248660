/** A company whose settings are the real ones, over the store of a sending fixture: what is set here limits what is sent. */
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
  // Kept for as long as a loaded machine may take; a change made here is known at once all the same.
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
    /** No messages, no blocked phones and no sending hours: a failed test leaves nothing to the next one. */
    async asUsual(): Promise<void> {
      await Promise.all([sending.clear(), models.blockedPhones.deleteMany({})]);
      await changeCompany(settings, { sendingHours: null, timeZone: 'Europe/Moscow' }, editor);
    },
    /** The collections that the store is asked for meanwhile, once for each question. */
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
