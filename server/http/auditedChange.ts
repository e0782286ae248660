/** A request's change with its lines in the audit: a refusal of the request means that nothing was changed. */
import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { NewAuditLine } from '../audit/audit.ts';
import type { Audited } from '../audit/audited.ts';
import { type LineToWrite, toAuditLine, type WriteAudit } from './auditWriter.ts';
import { DeskError } from './errors.ts';

/** A line of any action. */
export type PlannedLine = { [Action in NewAuditLine['action']]: LineToWrite<Action> }[NewAuditLine['action']];

/**
 * @param planned what the change may do. The lines that `change` writes replace them, one for each action.
 * @param change rejects with `DeskError` only when nothing was changed. After any other error nobody knows, and the
 * planned lines are written as not confirmed. Its lines are stored once it has resolved.
 */
export type AuditedChange = <T>(
  planned: readonly PlannedLine[],
  change: (write: WriteAudit) => Promise<T>,
) => Promise<T>;

export function createAuditedChange(companyId: Types.ObjectId, audited: Audited): AuditedChange {
  return async <T>(planned: readonly PlannedLine[], change: (write: WriteAudit) => Promise<T>) => {
    const id = randomUUID();
    const toLine = (line: PlannedLine) =>
      toAuditLine(companyId, line as LineToWrite<NewAuditLine['action']>, `change:${id}:${line.action}`);
    const outcome = await audited<{ value: T } | { refusal: DeskError }>(planned.map(toLine), async () => {
      const lines: NewAuditLine[] = [];
      try {
        const value = await change(async (line) => void lines.push(toLine(line as PlannedLine)));
        return { answer: { value }, lines };
      } catch (error) {
        if (error instanceof DeskError) return { answer: { refusal: error }, lines: [] };
        throw error;
      }
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value;
  };
}
