/** The part of the HTTP contract that is about the audit. */
import type { Endpoint } from './endpoint.ts';
import { auditPage, auditQuery } from './schemas/audit.ts';

export const auditEndpoints = {
  listAudit: {
    method: 'GET',
    path: '/api/audit',
    summary:
      'Who changed what and when, the newest first; of one person or of one kind of things when asked so',
    role: 'administrator',
    query: auditQuery,
    status: 200,
    answer: auditPage,
  },
} as const satisfies Record<string, Endpoint>;
