/**
 * Agents' actions on a conversation. Each is stored as a system line of the thread, and the conversation is derived
 * from the line. So the thread is also the history of the conversation, in one order for everybody. Labels have no
 * line.
 */
import { type Model, Types } from 'mongoose';
import type { StatusChange } from '../../../shared/schemas/conversation.ts';
import type { Actor } from '../../audit/actor.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { SystemChange } from '../message.model.ts';
import { type SnoozeRefused, snoozeEnd } from './snoozeEnd.ts';
import { systemDraft, type Thread } from './thread.ts';

export interface ActionDeps {
  conversations: Model<Conversation>;
  conversationStore: ConversationStore;
  thread: Thread;
}

export async function assign(
  deps: ActionDeps,
  conversation: Conversation,
  actor: Actor,
  assignee: { id: Types.ObjectId; name: string } | null,
): Promise<Conversation> {
  const isSame = assignee ? conversation.assigneeId?.equals(assignee.id) : conversation.assigneeId === null;
  if (isSame) return conversation;
  return addLine(deps, conversation, actor, {
    event: assignee ? 'assigned' : 'unassigned',
    assigneeId: assignee?.id ?? null,
    personId: idOf(actor),
    personName: assignee?.name ?? actor.name,
  });
}

export type StatusOutcome = { kind: 'set'; conversation: Conversation } | SnoozeRefused;

export async function setStatus(
  deps: ActionDeps,
  conversation: Conversation,
  actor: Actor,
  change: StatusChange,
): Promise<StatusOutcome> {
  const by = { personId: idOf(actor), personName: actor.name };
  if (change.status === 'snoozed') {
    const end = snoozeEnd(change.snooze, currentTime());
    if (end.kind === 'refused') return end;
    const line = { event: 'snoozed', snoozedUntil: end.until, ...by } as const;
    return { kind: 'set', conversation: await addLine(deps, conversation, actor, line) };
  }
  if (conversation.status === change.status) return { kind: 'set', conversation };
  const event = change.status === 'open' ? 'reopened' : change.status;
  return { kind: 'set', conversation: await addLine(deps, conversation, actor, { event, ...by }) };
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
  actor: Actor,
  system: SystemChange,
): Promise<Conversation> {
  const appended = await thread.append(conversation, {
    ...systemDraft(currentTime(), system),
    personId: idOf(actor),
    authorName: actor.name,
  });
  return appended.conversation;
}

function idOf({ id }: Actor): Types.ObjectId {
  return new Types.ObjectId(id);
}
