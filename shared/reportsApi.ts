/** The HTTP contract of reports on answers. */
import type { Endpoint } from './endpoint.ts';
import {
  breachesPage,
  breachesQuery,
  ratingsPage,
  ratingsQuery,
  reportAnswer,
  reportQuery,
} from './schemas/report.ts';

export const reportEndpoints = {
  readReport: {
    method: 'GET',
    path: '/api/reports',
    summary:
      'Volumes, answer times and resolutions of a period, in working time, with the period before it; at most 366 days',
    role: 'supervisor',
    query: reportQuery,
    status: 200,
    answer: reportAnswer,
  },
  listBreaches: {
    method: 'GET',
    path: '/api/breaches',
    summary: 'Conversations whose targets are missed now, or were missed',
    role: 'supervisor',
    query: breachesQuery,
    status: 200,
    answer: breachesPage,
  },
  listRatings: {
    method: 'GET',
    path: '/api/ratings',
    summary: 'Marks that clients gave after a resolution, with their comments, the newest question first',
    role: 'supervisor',
    query: ratingsQuery,
    status: 200,
    answer: ratingsPage,
  },
} as const satisfies Record<string, Endpoint>;
