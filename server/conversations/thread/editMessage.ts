/**
 * Applies an edit to a stored message. Networks date edits by whole seconds and repeat events in any order. Within
 * one second, content that the message had before is a repeat, and other content is newer. Limitation: an edit back
 * to an earlier text within the same second is lost.
 */

import { createHash } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import { currentTime } from '../../work/clock.ts';
import type { NetworkMessage } from '../intake/networkEvent.ts';
import { searchAgain } from '../list/threadMarks.ts';
import type { Message } from '../message.model.ts';
import type { Thread } from './thread.ts';

/** No person makes more edits within one second. */
const REMEMBERED_EDITS = 20;

type Content = Pick<Message, 'text' | 'attachments' | 'forwarded'>;

/** Null when the message is not stored. Safe to repeat: a repeat is not new, and publishes the message again. */
export async function editMessage(
  { messages, thread }: { messages: Model<Message>; thread: Thread },
  key: { communityId: Types.ObjectId | string; peerId: string; externalId: string },
  edited: NetworkMessage,
): Promise<{ isNew: boolean } | null> {
  const content: Content = {
    text: edited.text.slice(0, limits.incomingTextChars),
    attachments: edited.attachments,
    forwarded: edited.forwarded,
  };
  for (;;) {
    const known = await messages.findOne(key).lean<Message>();
    if (!known) return null;
    // Its content was erased: an edit must not restore it.
    if (known.erasedAt) return { isNew: false };
    const editsSeen = seenAfter(known, content, edited.editedAt ?? edited.sentAt);
    if (!editsSeen) {
      // The first call may have crashed before it updated the conversation.
      await thread.publishChanged(known.conversationId, [known], (conversation) =>
        searchAgain(conversation, known),
      );
      return { isNew: false };
    }
    const amended = await thread.amend(
      { _id: known._id, version: known.version },
      { $set: { ...content, editedAt: edited.editedAt ?? currentTime(), editsSeen } },
      (conversation) => searchAgain(conversation, known),
    );
    if (amended) return { isNew: true };
  }
}

/** The digests to store with this edit; null when the edit is not newer than the stored content. */
function seenAfter(known: Message, content: Content, at: Date): string[] | null {
  const own = digestOf(content);
  if (!known.editedAt || at > known.editedAt) return [own];
  if (at < known.editedAt) return null;
  const seen = [...(known.editsSeen ?? []), digestOf(known)];
  return seen.includes(own) ? null : [...new Set([...seen, own])].slice(-REMEMBERED_EDITS);
}

function digestOf({ text, attachments, forwarded }: Content): string {
  return createHash('sha256')
    .update(JSON.stringify([text, attachments, forwarded]))
    .digest('base64url')
    .slice(0, 16);
}
