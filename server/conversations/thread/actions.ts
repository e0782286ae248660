/**
 * Agents' actions on a conversation. Each is stored as a system line of the thread, and the conversation is derived
 * from the line. So the thread is also the history of the conversation, in one order for everybody. Labels have no
 * line.
 */
import type { Model, Types } from 'mongoose';
import type { StatusChange } from '../../../shared/schemas/conversation.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { SystemChange } from '../message.model.ts';
import type { Writer } from '../outbox/answers.ts';
import { systemDraft, type Thread } from './thread.ts';

export interface ActionDeps {
  conversations: Model<Conversation>;
  conversationStore: ConversationStore;
  thread: Thread;
}

export async function assign(
  deps: ActionDeps,
  conversation: Conversation,
  by: Writer,
  assignee: { id: Types.ObjectId; name: string } | null,
): Promise<Conversation> {
  const isSame = assignee ? conversation.assigneeId?.equals(assignee.id) : conversation.assigneeId === null;
  if (isSame) return conversation;
  return addLine(deps, conversation, by, {
    event: assignee ? 'assigned' : 'unassigned',
    assigneeId: assignee?.id ?? null,
    personId: by.id,
    personName: assignee?.name ?? by.name,
  });
}

export async function setStatus(
  deps: ActionDeps,
  conversation: Conversation,
  by: Writer,
  change: StatusChange,
): Promise<Conversation> {
  if (change.status === 'snoozed') {
    const snoozedUntil = new Date(change.snoozedUntil);
    return addLine(deps, conversation, by, {
      event: 'snoozed',
      snoozedUntil,
      personId: by.id,
      personName: by.name,
    });
  }
  if (conversation.status === change.status) return conversation;
  const event = change.status === 'open' ? 'reopened' : change.status;
  return addLine(deps, conversation, by, { event, personId: by.id, personName: by.name });
}

export function setLabels(
  { conversationStore }: ActionDeps,
  conversation: Conversation,
  labels: string[],
): Promise<Conversation> {
  const wanted = [...new Set(labels)];
  return conversationStore.change(conversation._id, (now) =>
    now.labels.join('\0') === wanted.join('\0') ? null : { labels: wanted },
  );
}

/** Reopens conversations whose snooze has ended, at most 100. Safe in several processes. */
export async function wakeSnoozed(
  { conversations, conversationStore }: ActionDeps,
  now: Date,
): Promise<number> {
  const due = await conversations
    .find({ snoozedUntil: { $gt: new Date(0), $lte: now } })
    .sort({ snoozedUntil: 1 })
    .limit(100)
    .lean<Conversation[]>();
  for (const { _id } of due) {
    await conversationStore.change(_id, (conversation) =>
      conversation.snoozedUntil && conversation.snoozedUntil <= now
        ? { status: 'open', snoozedUntil: null }
        : null,
    );
  }
  return due.length;
}

async function addLine(
  { thread }: ActionDeps,
  conversation: Conversation,
  by: Writer,
  system: SystemChange,
): Promise<Conversation> {
  const appended = await thread.append(conversation, {
    ...systemDraft(new Date(), system),
    personId: by.id,
    authorName: by.name,
  });
  return appended.conversation;
}
