/** Returns an unsent message to its writer's field, with its files. */
import type { CallFailureCode } from '../ui/apiError.ts';
import type { Drafts } from './drafts.ts';
import type { OutgoingMessage } from './outbox.ts';
import type { PendingAttachments } from './pendingAttachments.ts';

export interface DraftDeps {
  drafts: Drafts;
  attachments: PendingAttachments;
}

/** The returned text stands above what is written already. Return the newest of several messages first. */
export function returnToDraft(
  { drafts, attachments }: DraftDeps,
  writerId: string,
  message: OutgoingMessage,
): void {
  const { conversationId, kind, text, uploads, replyTo, failure, cannedAnswerIds } = message;
  const draft = drafts.of(writerId, conversationId);
  const begun = draft.get();
  // A note, or text beside a note, must not become an answer to the client.
  const isNote = kind === 'note' || (begun.text !== '' && begun.mode === 'note');
  draft.set({
    mode: isNote ? 'note' : 'answer',
    text: begun.text === '' ? text : `${text}\n${begun.text}`,
    sinceSeq: begun.sinceSeq,
    quoted: begun.quoted ?? replyTo,
    ...(begun.canned || cannedAnswerIds?.length
      ? {
          canned: {
            ids: [...new Set([...(cannedAnswerIds ?? []), ...(begun.canned?.ids ?? [])])],
            places: begun.canned?.places ?? [],
          },
        }
      : {}),
  });
  const gone: CallFailureCode | null = failure === 'uploadNotFound' ? failure : null;
  attachments.of(writerId, conversationId).putBack(uploads, gone);
}
