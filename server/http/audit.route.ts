/** The audit over HTTP, for administrators. */
import type { Model, Types } from 'mongoose';
import type { AuditLine } from '../audit/audit.ts';
import { readAudit } from '../audit/readAudit.ts';
import type { EndpointRouter } from './endpointRouter.ts';

export function auditRoutes(
  { handle }: EndpointRouter,
  deps: { companyId: Types.ObjectId; auditLines: Model<AuditLine> },
): void {
  handle('listAudit', ({ query }) => readAudit(deps, query));
}
