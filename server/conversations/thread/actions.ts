/**
 * What colleagues decide about a conversation. Each decision is a system line in the thread, and the row follows
 * from the line: the history of a conversation is its thread, in the order everyone sees.
 */
import type { Model, Types } from 'mongoose';
import type { StatusChange } from '../../../shared/schemas/conversation.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Rows } from '../list/rows.ts';
import type { SystemChange } from '../message.model.ts';
import type { Writer } from '../outbox/answers.ts';
import { systemDraft, type Thread } from './thread.ts';

export interface ActionParts {
  conversations: Model<Conversation>;
  rows: Rows;
  thread: Thread;
}

export async function assign(
  parts: ActionParts,
  row: Conversation,
  by: Writer,
  assignee: { id: Types.ObjectId; name: string } | null,
): Promise<Conversation> {
  const isSame = assignee ? row.assigneeId?.equals(assignee.id) : row.assigneeId === null;
  if (isSame) return row;
  return addLine(parts, row, by, {
    event: assignee ? 'assigned' : 'unassigned',
    assigneeId: assignee?.id ?? null,
    personId: by.id,
    personName: assignee?.name ?? by.name,
  });
}

export async function setStatus(
  parts: ActionParts,
  row: Conversation,
  by: Writer,
  change: StatusChange,
): Promise<Conversation> {
  if (change.status === 'snoozed') {
    const snoozedUntil = new Date(change.snoozedUntil);
    return addLine(parts, row, by, { event: 'snoozed', snoozedUntil, personId: by.id, personName: by.name });
  }
  if (row.status === change.status) return row;
  const event = change.status === 'open' ? 'reopened' : change.status;
  return addLine(parts, row, by, { event, personId: by.id, personName: by.name });
}

export function setLabels({ rows }: ActionParts, row: Conversation, labels: string[]): Promise<Conversation> {
  const wanted = [...new Set(labels)];
  return rows.change(row._id, (now) =>
    now.labels.join('\0') === wanted.join('\0') ? null : { labels: wanted },
  );
}

/** Opens again what was snoozed until now. Exact in several processes: the row changes once. */
export async function wakeSnoozed({ conversations, rows }: ActionParts, now: Date): Promise<number> {
  const due = await conversations
    .find({ snoozedUntil: { $gt: new Date(0), $lte: now } })
    .sort({ snoozedUntil: 1 })
    .limit(100)
    .lean<Conversation[]>();
  for (const { _id } of due) {
    await rows.change(_id, (row) =>
      row.snoozedUntil && row.snoozedUntil <= now ? { status: 'open', snoozedUntil: null } : null,
    );
  }
  return due.length;
}

async function addLine(
  { thread }: ActionParts,
  row: Conversation,
  by: Writer,
  system: SystemChange,
): Promise<Conversation> {
  const appended = await thread.append(row, {
    ...systemDraft(new Date(), system),
    personId: by.id,
    authorName: by.name,
  });
  return appended.row;
}
