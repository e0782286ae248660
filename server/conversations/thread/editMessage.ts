/**
 * What an edit does to a stored message. Networks date edits by whole seconds and repeat their events in any order,
 * so within one second the words decide: what this message has said in that second already is a repeat, anything else
 * is newer. Given up for it: going back to earlier words within the same second is not seen.
 */
import { createHash } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import type { NetworkMessage } from '../intake/networkEvent.ts';
import type { Message } from '../message.model.ts';
import type { Thread } from './thread.ts';

/** More edits within one second are no person's. */
const REMEMBERED_EDITS = 20;

type Content = Pick<Message, 'text' | 'attachments' | 'forwarded'>;

/** Null when the message is not known; otherwise whether the edit was news. A repeat tells the row once more. */
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
    // Its words were removed for good: an edit must not bring them back.
    if (known.erasedAt) return { isNew: false };
    const editsSeen = seenAfter(known, content, edited.editedAt ?? edited.sentAt);
    if (!editsSeen) {
      // An exact repeat may come after a crash that kept the row from saying so.
      await thread.tell(known.conversationId, [known]);
      return { isNew: false };
    }
    const amended = await thread.amend(
      { _id: known._id, version: known.version },
      { $set: { ...content, editedAt: edited.editedAt ?? new Date(), editsSeen } },
    );
    if (amended) return { isNew: true };
  }
}

/** What is to be remembered once this edit is applied; null when it is not newer than what is known. */
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
