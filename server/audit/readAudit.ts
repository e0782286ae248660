/** Pages of the audit, the newest first. */
import type { Model, Types } from 'mongoose';
import type { AuditPage, AuditSubject } from '../../shared/schemas/audit.ts';
import { after, pageOf } from '../storage/newestFirst.ts';
import type { AuditLine } from './audit.ts';

const PAGE = 50;

export interface AuditFilter {
  personId?: string | undefined;
  subject?: AuditSubject | undefined;
  cursor?: string | undefined;
}

export async function readAudit(
  { companyId, auditLines }: { companyId: Types.ObjectId; auditLines: Model<AuditLine> },
  { personId, subject, cursor }: AuditFilter,
): Promise<AuditPage> {
  const lines = await auditLines
    .find({
      companyId,
      ...(personId === undefined ? {} : { personId }),
      ...(subject === undefined ? {} : { 'subject.kind': subject }),
      ...after(cursor),
    })
    .sort({ at: -1, _id: -1 })
    .limit(PAGE + 1)
    .lean<AuditLine[]>();
  const { page, nextCursor } = pageOf(lines, PAGE);
  return {
    lines: page.map(({ _id, at, personId: by, personName, action, subject: about, details }) => ({
      id: _id,
      at: at.toISOString(),
      personId: by,
      personName,
      action,
      subject: about,
      details,
    })),
    nextCursor,
  };
}
