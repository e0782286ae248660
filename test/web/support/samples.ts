/** Rows and messages as the desk would send them, made short. */
import type { ConversationChanged } from '../../../shared/events.ts';
import type { CommunityView } from '../../../shared/schemas/community.ts';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import type { MessageView } from '../../../shared/schemas/message.ts';
import type { PersonAccount } from '../../../shared/schemas/person.ts';

export const hexId = (number: number): string => number.toString(16).padStart(24, '0');
export const atMinute = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString();

export function sampleRow(change: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: hexId(1),
    communityId: hexId(900),
    client: { id: hexId(500), name: 'Мария Петрова', avatarUrl: null },
    status: 'open',
    snoozedUntil: null,
    assigneeId: null,
    labels: [],
    lastMessage: null,
    lastSeq: 1,
    unreadCount: 0,
    waitingSince: null,
    lastActivityAt: atMinute(0),
    canWrite: true,
    isMatched: true,
    revision: 0,
    ...change,
  };
}

export function sampleMessage(change: Partial<MessageView> = {}): MessageView {
  const seq = change.seq ?? 1;
  return {
    id: hexId(10_000 + seq),
    conversationId: hexId(1),
    seq,
    version: 1,
    kind: 'reply',
    author: { type: 'client', personId: null, name: 'Мария Петрова' },
    text: `message ${seq}`,
    attachments: [],
    replyTo: null,
    forwarded: [],
    status: 'received',
    failure: null,
    reactions: [],
    system: null,
    sentAt: atMinute(seq),
    editedAt: null,
    deletedAt: null,
    isBackfilled: false,
    clientToken: null,
    ...change,
  };
}

export function sampleChange(row: ConversationRow, ...messages: MessageView[]): ConversationChanged {
  return { type: 'conversation.changed', row, messages };
}

export const sampleCommunity: CommunityView = {
  id: hexId(900),
  network: 'vk',
  externalId: '1',
  name: 'Магазин «Сова»',
  screenName: 'sova',
  avatarUrl: null,
  intake: { longPoll: true, webhook: false },
  connection: { state: 'live', since: atMinute(0), stopReason: null, networkCode: null },
};

export const sampleMe: PersonAccount = {
  id: hexId(700),
  name: 'Анна Смирнова',
  avatarUrl: null,
  role: 'agent',
  isActive: true,
  email: 'anna@example.org',
  communityIds: null,
};
