/** The company's calendar and targets, for every screen that shows when an answer is due. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Calendar, createCalendar } from '../../shared/calendar/workingTime.ts';
import type { Targets } from '../../shared/schemas/workingTime.ts';
import { cacheKeys } from './cacheKeys.ts';
import { call } from './call.ts';

export const workingTimeQuery = queryOptions({
  queryKey: cacheKeys.workingTime,
  queryFn: ({ signal }) => call('readWorkingTime', {}, { signal }),
  // A change is announced, and a tab that may have missed one reads it again.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export interface WorkingTime {
  calendar: Calendar;
  targetsOf(communityId: string): Targets;
}

/** Null until it is known: a list must not wait for it. */
export function useWorkingTime(): WorkingTime | null {
  const { data } = useQuery(workingTimeQuery);
  return useMemo(
    () =>
      data
        ? {
            calendar: createCalendar(data),
            targetsOf: (communityId) => data.communityTargets[communityId] ?? data.targets,
          }
        : null,
    [data],
  );
}
