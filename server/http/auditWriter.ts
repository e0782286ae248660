/** Lines of the audit for what a request did. */
import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { AuditSubject } from '../../shared/schemas/audit.ts';
import type { AuditAction } from '../../shared/schemas/auditActions.ts';
import { type Actor, DESK_NAME } from '../audit/actor.ts';
import type { Audit, DetailsOf, NewAuditLine } from '../audit/audit.ts';
import { currentTime } from '../work/clock.ts';

export interface LineToWrite<Action extends AuditAction> {
  /** Null when the desk itself acted. */
  actor: Actor | null;
  action: Action;
  subject: { kind: AuditSubject; id: string; name: string };
  details: DetailsOf<Action>;
  /** Two lines with the same key are one; every line is its own when absent. */
  key?: string;
}

export type WriteAudit = <Action extends AuditAction>(line: LineToWrite<Action>) => Promise<void>;

export function createAuditWriter(companyId: Types.ObjectId, audit: Pick<Audit, 'append'>): WriteAudit {
  return (line) => audit.append(toAuditLine(companyId, line));
}

/** @param id the whole key of the line, in place of one with its subject. */
export function toAuditLine<Action extends AuditAction>(
  companyId: Types.ObjectId,
  { actor, action, subject, details, key = randomUUID() }: LineToWrite<Action>,
  id = `${subject.kind}:${subject.id}:${key}`,
): NewAuditLine<Action> {
  return {
    _id: id,
    companyId,
    at: currentTime(),
    personId: actor?.id ?? null,
    personName: actor?.name ?? DESK_NAME,
    action,
    subject,
    details,
  };
}
