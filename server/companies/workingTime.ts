/** The calendar and the targets of the company: read for everybody, changed by an administrator, with an audit line. */
import { type CalendarSettings, createCalendar } from '../../shared/calendar/workingTime.ts';
import type { Targets, WorkingTimePatch, WorkingTimeView } from '../../shared/schemas/workingTime.ts';
import type { Actor } from '../audit/actor.ts';
import type { DetailsOf } from '../audit/audit.ts';
import { type Company, USUAL_TIME_ZONE } from './company.model.ts';
import { type CompanySettingsDeps, changeSettings, hoursText } from './companySettings.ts';

export type StoredWorkingTime = Pick<
  Company,
  'timeZone' | 'workingDays' | 'holidays' | 'targets' | 'communityTargets'
>;

/** The fifteen minutes that the list of conversations once had in its code; an administrator changes them. */
const USUAL_TARGETS: Targets = { firstAnswer: 15, nextAnswer: 15, resolution: null };

/** @param maySee which communities' targets the reader gets. */
export async function readWorkingTime(
  { companies, companyId }: Pick<CompanySettingsDeps, 'companies' | 'companyId'>,
  maySee: (communityId: string) => boolean,
): Promise<WorkingTimeView> {
  return toView(await companies.findById(companyId).orFail().lean<Company>(), maySee);
}

export async function changeWorkingTime(
  deps: CompanySettingsDeps,
  patch: WorkingTimePatch,
  actor: Actor,
): Promise<WorkingTimeView> {
  const { days, holidays, targets, communityTargets = {} } = patch;
  const $set: Record<string, unknown> = {
    ...(days === undefined ? {} : { workingDays: days }),
    ...(holidays === undefined ? {} : { holidays: [...holidays].sort() }),
    ...(targets === undefined ? {} : { targets }),
  };
  const $unset: Record<string, ''> = {};
  for (const [communityId, own] of Object.entries(communityTargets))
    if (own) $set[`communityTargets.${communityId}`] = own;
    else $unset[`communityTargets.${communityId}`] = '';
  const change = { ...(isEmpty($set) ? {} : { $set }), ...(isEmpty($unset) ? {} : { $unset }) };
  return toView(await changeSettings(deps, change, actor, detailsOf(patch)), () => true);
}

export function calendarSettingsOf(company: StoredWorkingTime): CalendarSettings {
  const { timeZone = USUAL_TIME_ZONE, workingDays = null, holidays = [] } = company;
  return { timeZone, days: workingDays, holidays };
}

function targetsOf({ targets, communityTargets }: StoredWorkingTime, communityId: string): Targets {
  return communityTargets?.[communityId] ?? targets ?? USUAL_TARGETS;
}

/** Both, as functions that the same settings always give the same answers. */
export function workingTimeOf(company: StoredWorkingTime) {
  return {
    calendar: createCalendar(calendarSettingsOf(company)),
    targetsOf: (communityId: string) => targetsOf(company, communityId),
  };
}

function toView(company: StoredWorkingTime, maySee: (communityId: string) => boolean): WorkingTimeView {
  const { timeZone, days, holidays } = calendarSettingsOf(company);
  const seen = Object.entries(company.communityTargets ?? {}).filter(([communityId]) => maySee(communityId));
  return {
    timeZone,
    days: days && [...days],
    holidays: [...holidays],
    targets: company.targets ?? USUAL_TARGETS,
    communityTargets: Object.fromEntries(seen),
  };
}

function detailsOf({
  days,
  holidays,
  targets,
  communityTargets,
}: WorkingTimePatch): DetailsOf<'company.changed'> {
  return {
    ...(days === undefined ? {} : { workingHours: days?.map(dayText).join(', ') ?? null }),
    ...(holidays === undefined ? {} : { holidays: holidays.length }),
    ...(targets === undefined ? {} : { targets: targetsText(targets) }),
    ...(communityTargets === undefined ? {} : { targetCommunities: Object.keys(communityTargets).length }),
  };
}

const dayText = (hours: NonNullable<WorkingTimeView['days']>[number]) => (hours ? hoursText(hours) : '–');
/** Minutes of the first answer, of later answers, and of the resolution. */
const targetsText = (targets: Targets) =>
  [targets.firstAnswer, targets.nextAnswer, targets.resolution].map((each) => each ?? '–').join(' / ');
const isEmpty = (fields: object) => Object.keys(fields).length === 0;
