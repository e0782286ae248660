/** Writes lines of the audit for what a request did. */
import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { AuditAction } from '../../shared/schemas/auditActions.ts';
import { type Actor, DESK_NAME } from '../audit/actor.ts';
import type { Audit, DetailsOf } from '../audit/audit.ts';
import { currentTime } from '../work/clock.ts';

export interface LineToWrite<Action extends AuditAction> {
  /** Null when the desk itself acted. */
  actor: Actor | null;
  action: Action;
  subject: { kind: 'person' | 'community' | 'cannedAnswer'; id: string; name: string };
  details: DetailsOf<Action>;
  /** Two lines with the same key are one; every line is its own when absent. */
  key?: string;
  /** The whole key of the line, in place of one with its subject. */
  id?: string;
}

export type WriteAudit = <Action extends AuditAction>(line: LineToWrite<Action>) => Promise<void>;

export function createAuditWriter(companyId: Types.ObjectId, audit: Pick<Audit, 'append'>): WriteAudit {
  return ({ actor, action, subject, details, key = randomUUID(), id }) =>
    audit.append({
      _id: id ?? `${subject.kind}:${subject.id}:${key}`,
      companyId,
      at: currentTime(),
      personId: actor?.id ?? null,
      personName: actor?.name ?? DESK_NAME,
      action,
      subject,
      details,
    });
}
