/** The HTTP contract of the audit. */
import type { Endpoint } from './endpoint.ts';
import { auditPage, auditQuery } from './schemas/audit.ts';

export const auditEndpoints = {
  listAudit: {
    method: 'GET',
    path: '/api/audit',
    summary: 'Who changed what and when, the newest first; optionally of one person or one kind of subject',
    role: 'administrator',
    query: auditQuery,
    status: 200,
    answer: auditPage,
  },
} as const satisfies Record<string, Endpoint>;
