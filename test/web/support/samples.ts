/** Short samples of conversations and messages as the server sends them. */
import type { ConversationChanged } from '../../../shared/events.ts';
import type { ClientServiceMessage, ClientView, FoundClient } from '../../../shared/schemas/client.ts';
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
    replyCount: 0,
    answeredReplyCount: 0,
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
  connection: {
    state: 'live',
    since: atMinute(0),
    stopReason: null,
    networkCode: null,
    nextTryAt: null,
    stalledSince: null,
  },
};

export const sampleMe: PersonAccount = {
  id: hexId(700),
  name: 'Анна Смирнова',
  avatarUrl: null,
  role: 'agent',
  isActive: true,
  email: 'anna@example.org',
  communityIds: null,
  marksRead: true,
};

export function sampleClient(change: Partial<ClientView> = {}): ClientView {
  return {
    id: hexId(500),
    name: 'Мария Петрова',
    avatarUrl: null,
    bonds: [
      {
        network: 'vk',
        externalUserId: '2001',
        profileUrl: 'https://vk.ru/id2001',
        bondedAt: atMinute(0),
        isMerged: false,
      },
    ],
    phone: '+7••••••••67',
    phoneBond: { how: 'button', at: atMinute(1), personName: null },
    phoneConfirmedAt: null,
    firstSeenAt: atMinute(0),
    locale: null,
    ...change,
  };
}

export function sampleFoundClient(change: Partial<FoundClient> = {}): FoundClient {
  return {
    id: hexId(501),
    name: 'Пётр Иванов',
    avatarUrl: null,
    phone: '+7••••••••89',
    bonds: sampleClient().bonds.map((bond) => ({
      ...bond,
      externalUserId: '2002',
      profileUrl: 'https://vk.ru/id2002',
    })),
    ...change,
  };
}

/** The content of an entry of kind `service`. */
export function sampleService(
  change: Partial<NonNullable<MessageView['service']>> = {},
): NonNullable<MessageView['service']> {
  return {
    templateName: 'orderReady',
    templateVersion: 3,
    variables: { orderNumber: '1042' },
    buttons: [
      { id: 'yes', kind: 'text', label: 'Приду сегодня' },
      { id: 'map', kind: 'link', label: 'Где забрать', url: 'https://shop.example/map/1042' },
    ],
    imageIds: [],
    status: 'read',
    statusAt: atMinute(5),
    endCode: null,
    ...change,
  };
}

export function sampleServiceEntry(change: Partial<MessageView> = {}): MessageView {
  return sampleMessage({
    kind: 'service',
    author: { type: 'system', personId: null, name: '' },
    text: 'Заказ 1042 готов',
    status: 'stored',
    service: sampleService(),
    ...change,
  });
}

export function sampleClientMessage(change: Partial<ClientServiceMessage> = {}): ClientServiceMessage {
  return {
    ...sampleService(),
    id: hexId(20_000),
    direction: 'twoWay',
    network: 'vk',
    text: 'Заказ 1042 готов',
    acceptedAt: atMinute(1),
    conversationId: null,
    ...change,
  };
}
