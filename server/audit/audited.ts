/**
 * A change with its lines in the audit: they are written down before it and confirmed after it (ADR 28). For changes
 * whose own documents cannot keep the line until it is in the audit.
 */
import { randomUUID } from 'node:crypto';
import type { Model } from 'mongoose';
import { type AuditLine, createAudit, type NewAuditLine } from './audit.ts';
import { type AuditIntent, createAuditIntents } from './intents.ts';

/**
 * @param planned what the change may do.
 * @param change resolves when it is known what was done. Its lines have keys of planned ones; none when nothing was
 * changed. After it rejects nobody knows, and the planned lines are written as not confirmed.
 */
export type Audited = <T>(
  planned: readonly NewAuditLine[],
  change: () => Promise<{ answer: T; lines: readonly NewAuditLine[] }>,
) => Promise<T>;

export function createAudited({
  auditLines,
  auditIntents,
}: {
  auditLines: Model<AuditLine>;
  auditIntents: Model<AuditIntent>;
}): Audited {
  const audit = createAudit(auditLines);
  const intents = createAuditIntents({ auditIntents, audit });
  return async (planned, change) => {
    const id = randomUUID();
    await intents.begin(id, planned);
    const { answer, lines } = await change();
    for (const line of lines) await audit.append(line);
    // If this fails, the sweep finds every line written already.
    await intents.end(id).catch(() => undefined);
    return answer;
  };
}
