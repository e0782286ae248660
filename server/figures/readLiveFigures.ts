/**
 * The figures of this moment for the wall: targets missed now, cases of today, answers of the last hour. By indexes, of
 * a bounded number of documents: at most 26 hours of each community and two of each person.
 */
import type { Types } from 'mongoose';
import { DAY_MS, localMsAt, momentsOf, startOfHour } from '../../shared/calendar/zonedTime.ts';
import { currentTimeMs } from '../work/clock.ts';
import { answersSince } from './answersBins.ts';
import type { Counts, FigureHour, FigureModels, FigureState } from './figures.model.ts';

export interface LiveFigureDeps extends FigureModels {
  companyId: Types.ObjectId;
}

export interface LiveFigures {
  /** The date by the clocks of the zone. */
  today: string;
  late: number;
  newCases: number;
  /** By person, in the last hour and at most five minutes more. */
  answered: Map<string, number>;
  /** Up to when threads are counted; null before the first time. */
  countedAt: Date | null;
  /** True while threads from before the figures are still being counted. */
  isCounting: boolean;
}

export interface LiveFiguresAsked {
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  timeZone: string;
  /** `late` stops here. */
  lateMost: number;
}

const HOUR_MS = 3_600_000;

export async function readLiveFigures(
  deps: LiveFigureDeps,
  { communityIds, timeZone, lateMost }: LiveFiguresAsked,
): Promise<LiveFigures> {
  const nowMs = currentTimeMs();
  const localMs = localMsAt(timeZone, nowMs);
  const midnightLocalMs = localMs - (((localMs % DAY_MS) + DAY_MS) % DAY_MS);
  const sinceMs = nowMs - HOUR_MS;
  const [late, cases, answers, state] = await Promise.all([
    deps.threadParts.countDocuments(lateNow(deps.companyId, communityIds, nowMs) as never, {
      limit: lateMost,
    }),
    hoursFrom(deps, 'all', communityIds, momentsOf(timeZone, midnightLocalMs)[0]!),
    hoursFrom(deps, 'person', communityIds, startOfHour(timeZone, sinceMs)),
    deps.figureStates
      .findById(deps.companyId, { caughtUpAt: 1, backfill: 1 })
      .lean<Pick<FigureState, 'caughtUpAt' | 'backfill'>>(),
  ]);
  const answered = new Map<string, number>();
  for (const { key, hour, counts } of answers)
    answered.set(key, (answered.get(key) ?? 0) + answersSince(hour, counts, sinceMs));
  return {
    today: new Date(midnightLocalMs).toISOString().slice(0, 10),
    late,
    newCases: cases.reduce((sum, { counts }) => sum + (counts.cases ?? 0), 0),
    answered,
    countedAt: state?.caughtUpAt ?? null,
    isCounting: !state || state.backfill !== null,
  };
}

/** Counted in the index alone, by the condition of the list of late answers: both say the same. */
export function lateNow(companyId: Types.ObjectId, communityIds: readonly string[] | null, nowMs: number) {
  return {
    ...(communityIds ? { communityId: { $in: communityIds } } : { companyId }),
    dueAt: { $gt: new Date(0), $lte: new Date(nowMs) },
  };
}

function hoursFrom(
  { figureHours, companyId }: LiveFigureDeps,
  subject: 'all' | 'person',
  communityIds: readonly string[] | null,
  fromMs: number,
): Promise<(Pick<FigureHour, 'key' | 'hour'> & { counts: Counts })[]> {
  return figureHours
    .find(
      {
        companyId,
        subject,
        hour: { $gte: new Date(fromMs) },
        ...(communityIds ? { communityId: { $in: communityIds } } : {}),
      } as never,
      { key: 1, hour: 1, counts: 1 },
    )
    .lean<(Pick<FigureHour, 'key' | 'hour'> & { counts: Counts })[]>()
    .exec();
}
