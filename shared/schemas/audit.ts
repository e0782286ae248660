/** The audit as administrators read it: the person, the action, the subject and the time. */
import { z } from 'zod';
import { cursor, id, time } from './common.ts';

/** Kinds of subjects of audit lines. */
export const auditSubjects = [
  'template',
  'mailing',
  'serviceMessage',
  'export',
  'client',
  'company',
  'person',
  'community',
  'apiKey',
  'cannedAnswer',
] as const;
export const auditSubject = z.enum(auditSubjects);
export type AuditSubject = z.infer<typeof auditSubject>;

export const auditLine = z.object({
  id: z.string(),
  at: time,
  /** Null when the server did it by itself. */
  personId: z.string().nullable(),
  personName: z.string(),
  /** Subject kind, then action: `template.approved`. */
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type AuditLineView = z.infer<typeof auditLine>;

export const auditQuery = z.strictObject({
  personId: id.optional(),
  subject: auditSubject.optional(),
  cursor: cursor.optional(),
});
export const auditPage = z.object({ lines: z.array(auditLine), nextCursor: cursor.nullable() });
export type AuditPage = z.infer<typeof auditPage>;
