/** A stored conversation as a row of the list. */
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import type { Conversation } from '../conversation.model.ts';

export function toConversationRow(conversation: Conversation): ConversationRow {
  const last = conversation.lastMessage;
  const clientId = conversation.clientId.toHexString();
  return {
    id: conversation._id.toHexString(),
    communityId: conversation.communityId.toHexString(),
    client: {
      id: clientId,
      name: conversation.clientName,
      avatarUrl: conversation.clientHasAvatar ? `/media/clients/${clientId}` : null,
    },
    status: conversation.status,
    snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
    assigneeId: conversation.assigneeId?.toHexString() ?? null,
    labels: conversation.labels,
    lastMessage: last && {
      messageId: last.messageId.toHexString(),
      seq: last.seq,
      kind: last.kind,
      excerpt: last.excerpt,
      attachmentKinds: last.attachmentKinds,
      systemEvent: last.systemEvent,
      authorName: last.authorName,
      ...(last.authorPersonId === undefined
        ? {}
        : { authorPersonId: last.authorPersonId?.toHexString() ?? null }),
      ...(last.isDeleted ? { isDeleted: true } : {}),
      status: last.status,
      sentAt: last.sentAt.toISOString(),
    },
    lastSeq: conversation.lastSeq,
    replyCount: conversation.replyCount,
    answeredReplyCount: conversation.answeredReplyCount,
    waitingSince: conversation.waitingSince?.toISOString() ?? null,
    ...(conversation.isCaseAnswered ? { isCaseAnswered: true } : {}),
    ...(conversation.caseWaitedMs ? { caseWaitedMs: conversation.caseWaitedMs } : {}),
    lastActivityAt: conversation.lastActivityAt.toISOString(),
    canWrite: conversation.canWrite,
    isMatched: conversation.isMatched ?? false,
    ...(conversation.erasedAt ? { isErased: true } : {}),
    revision: conversation.revision,
  };
}
