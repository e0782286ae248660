/**
 * The settings that an administrator changes. A change and its audit line are one write: the line waits in the
 * company's own document until it is in the audit, so that a crash between the two loses nothing.
 */

import { randomUUID } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import type { CompanyChange, CompanyPatch, CompanyView, SendingHours } from '../../shared/schemas/company.ts';
import { companyLimits } from '../../shared/schemas/company.ts';
import type { Actor } from '../audit/actor.ts';
import type { Audit, AuditLine, DetailsOf, NewAuditLine } from '../audit/audit.ts';
import { currentTime } from '../work/clock.ts';
import { type Company, USUAL_TIME_ZONE } from './company.model.ts';
import type { CompanyKeeper } from './keptCompany.ts';

export interface CompanySettingsDeps {
  companyId: Types.ObjectId;
  companies: Model<Company>;
  keeper: Pick<CompanyKeeper, 'forget'>;
  audit: Audit;
}

export interface SettingsChange {
  $set?: Record<string, unknown>;
  $unset?: Record<string, ''>;
}

export async function readCompany(deps: CompanySettingsDeps): Promise<CompanyView> {
  const company = await deps.companies.findById(deps.companyId).orFail().lean<Company>();
  await writeAudit(deps, company);
  return toView(company);
}

export async function changeCompany(
  deps: CompanySettingsDeps,
  patch: CompanyPatch,
  actor: Actor,
): Promise<CompanyView> {
  return toView(await changeSettings(deps, { $set: { ...patch } }, actor, detailsOf(patch)));
}

/** Any change of settings, with the details of its audit line. */
export async function changeSettings(
  deps: CompanySettingsDeps,
  change: SettingsChange,
  actor: Actor,
  details: DetailsOf<'company.changed'>,
): Promise<Company> {
  return write(deps, {}, change, lineOf(deps, actor, { action: 'company.changed', details }));
}

/** Only a bank is free of the daily quota (N7). Setting the value that it already has changes nothing. */
export async function changeBankFlag(
  deps: CompanySettingsDeps,
  isBank: boolean,
  actor: Actor,
): Promise<CompanyView> {
  const line = lineOf(deps, actor, {
    action: isBank ? 'company.bankSet' : 'company.bankLifted',
    details: {},
  });
  const bankChange = { at: line.at, personId: actor.id, personName: actor.name };
  const unless = { isBank: isBank ? { $ne: true } : true };
  return toView(await write(deps, unless, { $set: { isBank, bankChange } }, line));
}

/** The newest changes, including those of the block list. */
export async function listCompanyChanges({
  audit,
  companyId,
}: CompanySettingsDeps): Promise<CompanyChange[]> {
  const lines = await audit.linesAbout(companyId, companyId.toHexString(), companyLimits.changesShown);
  return lines.map(({ _id, at, personName, action, details }) => ({
    id: _id,
    at: at.toISOString(),
    personName,
    action,
    details,
  }));
}

async function write(
  deps: CompanySettingsDeps,
  unless: Record<string, unknown>,
  change: SettingsChange,
  line: NewAuditLine,
): Promise<Company> {
  const { companies, companyId, keeper } = deps;
  const changed = await companies
    .findOneAndUpdate(
      { _id: companyId, ...unless },
      { ...change, $push: { unaudited: line } },
      { returnDocument: 'after' },
    )
    .lean<Company>();
  if (!changed) return companies.findById(companyId).orFail().lean<Company>();
  keeper.forget(companyId);
  await writeAudit(deps, changed);
  return changed;
}

async function writeAudit(
  { companies, audit }: CompanySettingsDeps,
  { _id, unaudited = [] }: Company,
): Promise<void> {
  if (unaudited.length === 0) return;
  for (const line of unaudited) await audit.append(line);
  const appendedIds = unaudited.map((line) => line._id);
  await companies.updateOne({ _id }, { $pull: { unaudited: { _id: { $in: appendedIds } } } } as never);
}

function lineOf(
  { companyId }: CompanySettingsDeps,
  actor: Actor,
  line: Pick<
    NewAuditLine<'company.changed' | 'company.bankSet' | 'company.bankLifted'>,
    'action' | 'details'
  >,
): NewAuditLine {
  return {
    _id: `company:${randomUUID()}`,
    companyId,
    at: currentTime(),
    personId: actor.id,
    personName: actor.name,
    subject: companySubject(companyId),
    ...line,
  };
}

export function companySubject(companyId: Types.ObjectId): AuditLine['subject'] {
  return { kind: 'company', id: companyId.toHexString(), name: 'company' };
}

function detailsOf({ name, timeZone, sendingHours }: CompanyPatch): DetailsOf<'company.changed'> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(sendingHours === undefined ? {} : { hours: sendingHours && hoursText(sendingHours) }),
    ...(sendingHours ? { days: [...sendingHours.daysOfWeek].sort().join(',') } : {}),
  };
}

export function hoursText({ fromMinute, toMinute }: Pick<SendingHours, 'fromMinute' | 'toMinute'>): string {
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return `${clock(fromMinute)}–${clock(toMinute)}`;
}

function toView({ name, isBank, bankChange, timeZone, sendingHours }: Company): CompanyView {
  return {
    name,
    isBank: isBank ?? false,
    bankChange: bankChange ? { at: bankChange.at.toISOString(), personName: bankChange.personName } : null,
    timeZone: timeZone ?? USUAL_TIME_ZONE,
    sendingHours: sendingHours ?? null,
  };
}
