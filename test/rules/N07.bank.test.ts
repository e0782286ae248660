import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeBankFlag, listCompanyChanges, readCompany } from '../../server/companies/companySettings.ts';
import { createCompanyKeeper } from '../../server/companies/keptCompany.ts';
import { editor, type LimitsFixture, startLimits } from '../server/companies/limitsFixture.ts';
import { steeredNetwork } from '../server/serviceMessages/steeredNetwork.ts';

let company: LimitsFixture;
beforeEach(async () => {
  company = await startLimits(steeredNetwork());
});
afterEach(() => company?.[Symbol.asyncDispose]());

const phone = '+79990000777';
async function sendMany(count: number): Promise<string[]> {
  const kinds = [];
  for (let n = 0; n < count; n++) kinds.push((await company.send({ phone, route: ['vk'] })).kind);
  return kinds;
}

describe('N7: only a bank can be exempt from five messages a day', () => {
  it('is exempt only while an administrator has marked the company as a bank', async () => {
    expect(await sendMany(6)).toEqual([...Array(5).fill('accepted'), 'refused']);
    await changeBankFlag(company.settings, true, editor);
    expect(await sendMany(3)).toEqual(Array(3).fill('accepted'));
    await changeBankFlag(company.settings, false, editor);
    expect(await sendMany(1)).toEqual(['refused']);
  });

  it('counts what a client got from the bank in the last 24 hours, once the mark is taken back', async () => {
    await changeBankFlag(company.settings, true, editor);
    expect(await sendMany(20)).toEqual(Array(20).fill('accepted'));
    await changeBankFlag(company.settings, false, editor);
    const [kind] = await sendMany(1);
    expect(kind).toBe('refused');
  });

  it('applies the mark in every other process within a second', async () => {
    let nowMs = 0;
    const elsewhere = createCompanyKeeper(company.companies, { nowMs: () => nowMs });
    await changeBankFlag(company.settings, false, editor);
    expect(await elsewhere.read(company.companyId)).toMatchObject({ isBank: false });
    await changeBankFlag(company.settings, true, editor);
    nowMs = 1_000;
    expect(await elsewhere.read(company.companyId)).toMatchObject({ isBank: true });
    await changeBankFlag(company.settings, false, editor);
  });

  it('records who changed the mark and when, once for each change', async () => {
    const before = await listCompanyChanges(company.settings);
    await changeBankFlag(company.settings, true, editor);
    await changeBankFlag(company.settings, true, { ...editor, name: 'Борис' });
    const [newest, ...others] = await listCompanyChanges(company.settings);
    expect(newest).toMatchObject({ action: 'company.bankSet', personName: 'Алиса' });
    expect(others).toEqual(before);
    expect(await readCompany(company.settings)).toMatchObject({
      isBank: true,
      bankChange: { personName: 'Алиса', at: newest!.at },
    });
  });

  it('adds later to the audit a change that a crashed process did not record', async () => {
    const failing = { ...company.audit, append: () => Promise.reject(new Error('the process died')) };
    await changeBankFlag(company.settings, true, editor);
    await expect(changeBankFlag({ ...company.settings, audit: failing }, false, editor)).rejects.toThrow(
      'died',
    );
    await readCompany(company.settings);
    const [newest] = await listCompanyChanges(company.settings);
    expect(newest).toMatchObject({ action: 'company.bankLifted' });
    expect((await company.companies.findById(company.companyId).lean())?.unaudited).toEqual([]);
  });
});
