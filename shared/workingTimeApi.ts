/** The HTTP contract of the company's working time. Apart from its other settings, because every screen reads it. */
import type { Endpoint } from './endpoint.ts';
import { workingTimePatch, workingTimeView } from './schemas/workingTime.ts';

export const workingTimeEndpoints = {
  readWorkingTime: {
    method: 'GET',
    path: '/api/working-time',
    summary: "The company's working hours, holidays and targets of answers",
    role: 'agent',
    status: 200,
    answer: workingTimeView,
  },
  changeWorkingTime: {
    method: 'PATCH',
    path: '/api/working-time',
    summary: 'Changes working hours, holidays or targets; what clients wait for gets its new time at once',
    role: 'administrator',
    body: workingTimePatch,
    status: 200,
    answer: workingTimeView,
  },
} as const satisfies Record<string, Endpoint>;
