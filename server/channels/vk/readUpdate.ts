/** Parses one update of long poll or webhook, without calling VK or the store. */
import type { NetworkEvent } from '../../conversations/intake/networkEvent.ts';
import { payloadText } from '../jsonText.ts';
import { isPerson } from './parse.ts';
import {
  type VkMessage,
  type VkUpdate,
  vkMessage,
  vkMessageEvent,
  vkMessageNew,
  vkMessageRead,
  vkPermission,
  vkReaction,
  vkTyping,
} from './schema.ts';

export type ReadUpdate =
  | { kind: 'message'; peerId: string; message: VkMessage; isEdit: boolean }
  | { kind: 'event'; peerId: string; event: NetworkEvent }
  /** The client allowed or forbade messages. Events repeat and come late, so VK is asked for the current state. */
  | { kind: 'permission'; peerId: string; canWrite: boolean }
  | { kind: 'button'; peerId: string; userId: number; eventId: string; event: NetworkEvent }
  /** Not for the desk: an unknown type, or a dialogue that is not with one person. */
  | { kind: 'ignored'; reason: 'unknownType' | 'notOnePerson' }
  /** A known type with unexpected fields. `issues` name fields, never values. */
  | { kind: 'unreadable'; issues: string[] };

export function readUpdate({ type, object, group_id: groupId }: VkUpdate): ReadUpdate {
  switch (type) {
    case 'message_new':
      return read(vkMessageNew, object, (message) => aboutMessage(message, false));
    case 'message_reply':
      return read(vkMessage, object, (message) => aboutMessage(message, false));
    case 'message_edit':
      return read(vkMessage, object, (message) => aboutMessage(message, true));
    case 'message_read':
      return read(vkMessageRead, object, ({ from_id, peer_id, conversation_message_id }) =>
        about(peer_id, {
          type: 'read',
          peerId: String(peer_id),
          by: from_id === peer_id ? 'client' : 'company',
          upToPosition: conversation_message_id,
        }),
      );
    case 'message_typing_state':
      // VK also sends the company's own typing, with the community as its author.
      return read(vkTyping, object, ({ from_id }) =>
        about(from_id, { type: 'typing', peerId: String(from_id) }),
      );
    case 'message_allow':
    case 'message_deny':
      return read(vkPermission, object, ({ user_id }) => ({
        kind: 'permission',
        peerId: String(user_id),
        canWrite: type === 'message_allow',
      }));
    case 'message_event':
      return read(vkMessageEvent, object, (button) => {
        const peerId = String(button.peer_id);
        if (!isPerson(button.peer_id)) return { kind: 'ignored', reason: 'notOnePerson' };
        const event: NetworkEvent = {
          type: 'callbackButtonPressed',
          peerId,
          externalId: button.conversation_message_id ? String(button.conversation_message_id) : null,
          payload: payloadText(button.payload),
        };
        return { kind: 'button', peerId, userId: button.user_id, eventId: button.event_id, event };
      });
    case 'message_reaction_event':
      return read(vkReaction, object, ({ reacted_id, peer_id, cmid, reaction_id }) =>
        about(peer_id, {
          type: 'reactionChanged',
          peerId: String(peer_id),
          externalId: String(cmid),
          by: reacted_id === peer_id && reacted_id !== -(groupId ?? 0) ? 'client' : 'company',
          reactionId: reaction_id ?? null,
        }),
      );
    default:
      return { kind: 'ignored', reason: 'unknownType' };
  }
}

function aboutMessage(message: VkMessage, isEdit: boolean): ReadUpdate {
  if (!isPerson(message.peer_id)) return { kind: 'ignored', reason: 'notOnePerson' };
  return { kind: 'message', peerId: String(message.peer_id), message, isEdit };
}

function about(peer: number, event: NetworkEvent): ReadUpdate {
  if (!isPerson(peer)) return { kind: 'ignored', reason: 'notOnePerson' };
  return { kind: 'event', peerId: String(peer), event };
}

interface Reader<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: { code?: string; path: PropertyKey[] }[] } };
}

function read<T>(schema: Reader<T>, object: unknown, then: (value: T) => ReadUpdate): ReadUpdate {
  const checked = schema.safeParse(object);
  if (checked.success) return then(checked.data);
  const issues = checked.error.issues.map(({ code, path }) => `${path.join('.') || 'object'}: ${code}`);
  return { kind: 'unreadable', issues };
}
