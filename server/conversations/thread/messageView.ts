/** A stored message as screens get it: the desk's own `/media` addresses replace network URLs. */
import { cleanFileName, cleanName } from '../../../shared/names.ts';
import type {
  AttachmentView,
  ForwardedView,
  LabelChange,
  MessageView,
} from '../../../shared/schemas/message.ts';
import type { StoredAttachment, StoredForward } from '../intake/networkEvent.ts';
import type { Message, ServiceSnapshot, StoredQuote } from '../message.model.ts';
import { serviceContentOf } from './serviceContent.ts';

export function toMessageView(message: Message): MessageView {
  const id = message._id.toHexString();
  const isDeleted = message.deletedAt !== null;
  return {
    id,
    conversationId: message.conversationId.toHexString(),
    seq: message.seq,
    version: message.version,
    kind: message.kind,
    author: {
      type: message.authorType,
      personId: message.personId?.toHexString() ?? null,
      name: message.authorName,
    },
    text: isDeleted ? '' : message.text,
    attachments: isDeleted ? [] : toAttachmentViews(id, message.attachments, ''),
    replyTo: message.replyTo && toQuoteView(message.replyTo, message.peerId),
    forwarded: isDeleted ? [] : toForwardedViews(message, message.forwarded, ''),
    status: message.status,
    failure: message.failure,
    reactions: message.reactions,
    system: message.system
      ? {
          event: message.system.event,
          personName: message.system.personName,
          count: message.system.count ?? null,
          ...(message.system.labels ? { labels: changeOf(message.system.labels) } : {}),
          ...(message.system.mark === undefined ? {} : { mark: message.system.mark }),
        }
      : null,
    ...(message.service ? { service: toServiceEntryView(message.service) } : {}),
    ...(message.answers
      ? { answers: { messageId: message.answers.messageId.toHexString(), by: message.answers.by } }
      : {}),
    ...(message.ratingId ? { rating: message.kind === 'reply' ? 'comment' : 'question' } : {}),
    sentAt: message.sentAt.toISOString(),
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    ...(message.erasedAt ? { isErased: true } : {}),
    isBackfilled: message.isBackfilled,
    clientToken: message.clientToken ?? null,
  };
}

const changeOf = ({ added, removed }: LabelChange): LabelChange => ({ added, removed });

function toServiceEntryView(service: ServiceSnapshot): NonNullable<MessageView['service']> {
  const { status, statusAt, endCode } = service;
  return {
    ...serviceContentOf(service),
    status,
    statusAt: statusAt.toISOString(),
    endCode,
  };
}

/** `path` is the place of a forwarded message in the tree, such as `0.2.`, so that its files have addresses too. */
function toAttachmentViews(
  messageId: string,
  attachments: StoredAttachment[],
  path: string,
): AttachmentView[] {
  return attachments.map((attachment, index) => {
    const mediaUrl = `/media/messages/${messageId}/${path}${index}`;
    return {
      kind: attachment.kind,
      vendorType: attachment.vendorType,
      title: titleOf(attachment),
      description: attachment.description ?? null,
      linkUrl: attachment.linkUrl ?? null,
      mediaUrl: attachment.sourceUrl ? mediaUrl : null,
      previewUrl: attachment.previewSourceUrl ? `${mediaUrl}?preview` : null,
      widthPx: attachment.widthPx ?? null,
      heightPx: attachment.heightPx ?? null,
      durationS: attachment.durationS ?? null,
      sizeBytes: attachment.sizeBytes ?? null,
      latitude: attachment.latitude ?? null,
      longitude: attachment.longitude ?? null,
    };
  });
}

function toForwardedViews(holder: Message, forwarded: StoredForward[], path: string): ForwardedView[] {
  return forwarded.map((message, index) => ({
    authorName: cleanName(message.authorName ?? '') || `id${message.authorExternalId}`,
    ...(message.authorExternalId === holder.peerId ? { isByClient: true } : {}),
    text: message.text,
    sentAt: message.sentAt.toISOString(),
    attachments: toAttachmentViews(holder._id.toHexString(), message.attachments, `${path}${index}.`),
    forwarded: toForwardedViews(holder, message.forwarded, `${path}${index}.`),
  }));
}

/** What the screen shows as the attachment's name; null when the network named none. */
function titleOf(attachment: StoredAttachment): string | null {
  if (attachment.kind === 'document') return fileNameOf(attachment);
  return cleanName(attachment.title ?? '') || null;
}

/** The name under which a file is saved; null for an attachment that is shown, not saved, or has no name. */
export function fileNameOf({ kind, title = '' }: StoredAttachment): string | null {
  return kind === 'document' ? cleanFileName(title) || null : null;
}

/** Earlier versions stored only the name; until its profile is read, a client is called by the id in the network. */
function toQuoteView(quote: StoredQuote, peerId: string): NonNullable<MessageView['replyTo']> {
  return {
    messageId: quote.messageId?.toHexString() ?? null,
    authorName: quote.authorName,
    ...((quote.isByClient ?? quote.authorName === `id${peerId}`) ? { isByClient: true } : {}),
    text: quote.text,
    attachmentKinds: quote.attachmentKinds,
  };
}

/** The attachment under the path that `toMessageView` gave it; null if the message has no such attachment. */
export function attachmentAt(message: Message, path: string): StoredAttachment | null {
  const places = path.split('.').map(Number);
  const last = places.pop();
  let holder: { attachments: StoredAttachment[]; forwarded: StoredForward[] } | undefined = message;
  for (const place of places) holder = holder?.forwarded[place];
  return last === undefined ? null : (holder?.attachments[last] ?? null);
}
