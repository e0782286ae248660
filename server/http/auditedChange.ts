/** A change and its lines in the audit: written down before, done, and confirmed. */
import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { Audit, NewAuditLine } from '../audit/audit.ts';
import type { AuditIntents } from '../audit/intents.ts';
import { createAuditWriter, type LineToWrite, type WriteAudit } from './auditWriter.ts';
import { DeskError } from './errors.ts';

/** A line of any action. */
export type PlannedLine = { [Action in NewAuditLine['action']]: LineToWrite<Action> }[NewAuditLine['action']];

/**
 * @param planned what the change may do. The lines that `change` writes replace them, one for each action.
 * @param change rejects with `DeskError` only when nothing was changed. After any other error nobody knows, and the
 * planned lines are written as not confirmed.
 */
export type AuditedChange = <T>(
  planned: readonly PlannedLine[],
  change: (write: WriteAudit) => Promise<T>,
) => Promise<T>;

export function createAuditedChange(
  companyId: Types.ObjectId,
  audit: Pick<Audit, 'append'>,
  intents: Pick<AuditIntents, 'begin' | 'end'>,
): AuditedChange {
  return async (planned, change) => {
    const id = randomUUID();
    const keyOf = ({ action }: Pick<PlannedLine, 'action'>) => `change:${id}:${action}`;
    const lines: NewAuditLine[] = [];
    const plan = createAuditWriter(companyId, {
      append: async (line) => void lines.push(line as unknown as NewAuditLine),
    });
    for (const line of planned) await plan({ ...line, id: keyOf(line) } as LineToWrite<never>);
    await intents.begin(id, lines);
    const write = createAuditWriter(companyId, audit);
    try {
      const result = await change((line) => write({ ...line, id: keyOf(line) }));
      // If this fails, the sweep finds every line written already.
      await intents.end(id).catch(() => undefined);
      return result;
    } catch (error) {
      if (error instanceof DeskError) await intents.end(id).catch(() => undefined);
      throw error;
    }
  };
}
