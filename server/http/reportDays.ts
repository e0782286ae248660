/** The days of a report that a request names, by the clocks of the company's zone. */
import type { Model, Types } from 'mongoose';
import type { Company } from '../companies/company.model.ts';
import { calendarSettingsOf } from '../companies/workingTime.ts';
import { type PeriodOutcome, readPeriod } from '../figures/period.ts';
import { DeskError } from './errors.ts';

export interface ReportDays {
  days: Extract<PeriodOutcome, { kind: 'read' }>;
  timeZone: string;
}

export async function readReportDays(
  { companies, companyId }: { companies: Model<Company>; companyId: Types.ObjectId },
  { from, to }: { from: string; to: string },
): Promise<ReportDays> {
  const company = await companies.findById(companyId).orFail().lean<Company>();
  const { timeZone } = calendarSettingsOf(company);
  const days = readPeriod(from, to, timeZone);
  if (days.kind === 'reversed')
    throw new DeskError('periodReversed', { message: 'The period ends before it begins', field: 'to' });
  if (days.kind === 'tooLong')
    throw new DeskError('periodTooLong', { message: 'Request at most 366 days', field: 'from' });
  return { days, timeZone };
}
