/** The audit as administrators read it: who did what to what, and when. */
import { z } from 'zod';
import { cursor, id, time } from './common.ts';

/** What kinds of things the audit's lines are about. */
export const auditSubjects = [
  'template',
  'mailing',
  'serviceMessage',
  'export',
  'client',
  'company',
  'community',
  'apiKey',
] as const;
export const auditSubject = z.enum(auditSubjects);
export type AuditSubject = z.infer<typeof auditSubject>;

export const auditLine = z.object({
  id: z.string(),
  at: time,
  /** Null when the desk itself did it. */
  personId: z.string().nullable(),
  personName: z.string(),
  /** `template.approved`: the kind of thing, then what happened to it. */
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
