/** Pages of the audit, the newest first. */
import type { Model, Types } from 'mongoose';
import type { AuditPage, AuditSubject } from '../../shared/schemas/audit.ts';
import { parseTextCursor, readPage } from '../storage/pageCursor.ts';
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
  const { rows, nextCursor } = await readPage(
    auditLines,
    {
      companyId,
      ...(personId === undefined ? {} : { personId }),
      ...(subject === undefined ? {} : { 'subject.kind': subject }),
    },
    { timeField: 'at', after: parseTextCursor(cursor), limit: PAGE },
  );
  return {
    lines: rows.map(({ _id, at, personId: by, personName, action, subject: about, details }) => ({
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
