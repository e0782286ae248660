/**
 * Agents' actions on a conversation. Each is stored as a system line of the thread, and the conversation is derived
 * from the line. So the thread is also the history of the conversation, in one order for everybody. A line that ends
 * the work names the place that its person had seen: a newer reply refuses it (ADR 24).
 */
import { type Model, Types } from 'mongoose';
import type { StatusChange } from '../../../shared/schemas/conversation.ts';
import type { Actor } from '../../audit/actor.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Message, SystemChange } from '../message.model.ts';
import { countRepliesUpTo } from './seenReplies.ts';
import { type SnoozeRefused, snoozeEnd } from './snoozeEnd.ts';
import { type MessageDraft, systemDraft, type Thread } from './thread.ts';

export interface ActionDeps {
  messages: Model<Message>;
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

export type StatusOutcome =
  /** `line`: what was added to the thread; absent when nothing changed. */
  | { kind: 'set'; conversation: Conversation; line?: Message }
  /** The client has written after the place that the person had seen. Nothing was changed. */
  | { kind: 'newerReply' }
  | SnoozeRefused;

export async function setStatus(
  deps: ActionDeps,
  conversation: Conversation,
  actor: Actor,
  change: StatusChange,
): Promise<StatusOutcome> {
  const by = { personId: idOf(actor), personName: actor.name };
  if (change.status !== 'snoozed' && conversation.status === change.status)
    return { kind: 'set', conversation };
  if (change.status === 'open') {
    const opened = await addLine(deps, conversation, actor, { event: 'reopened', ...by });
    return { kind: 'set', conversation: opened };
  }
  let system: SystemChange = { event: change.status, ...by };
  if (change.status === 'snoozed') {
    const end = snoozeEnd(change.snooze, currentTime());
    if (end.kind === 'refused') return end;
    system = { ...system, snoozedUntil: end.until };
  }
  const seenReplies = await countRepliesUpTo(deps.messages, conversation, change.seenSeq);
  const appended = await deps.thread.appendIf(
    conversation,
    lineDraft(actor, system),
    (current) => current.replyCount <= seenReplies,
  );
  if (!appended) return { kind: 'newerReply' };
  return { kind: 'set', conversation: appended.conversation, line: appended.message };
}

/** Adds nothing when the conversation has these labels already. The line names exactly what it changed, also in a race. */
export async function setLabels(
  { thread, conversationStore }: ActionDeps,
  conversation: Conversation,
  actor: Actor,
  labels: string[],
): Promise<Conversation> {
  const all = [...new Set(labels)];
  let current = conversation;
  for (;;) {
    const before = current.labels;
    if (isSameList(before, all)) return current;
    const change = {
      all,
      added: all.filter((label) => !before.includes(label)),
      removed: before.filter((label) => !all.includes(label)),
    };
    const line = lineDraft(actor, {
      event: 'labelled',
      personId: idOf(actor),
      personName: actor.name,
      labels: change,
    });
    const appended = await thread.appendIf(current, line, ({ labels: now }) => isSameList(now, before));
    if (appended) return appended.conversation;
    current = await conversationStore.rollForward(conversation._id);
  }
}

const isSameList = (a: readonly string[], b: readonly string[]) => a.join('\0') === b.join('\0');

async function addLine(
  { thread }: ActionDeps,
  conversation: Conversation,
  actor: Actor,
  system: SystemChange,
): Promise<Conversation> {
  return (await thread.append(conversation, lineDraft(actor, system))).conversation;
}

function lineDraft(actor: Actor, system: SystemChange): MessageDraft {
  return { ...systemDraft(currentTime(), system), personId: idOf(actor), authorName: actor.name };
}

function idOf({ id }: Actor): Types.ObjectId {
  return new Types.ObjectId(id);
}
