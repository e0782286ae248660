/** messages.*: a community's actions besides sending: edit, delete, read, type, answer a button. */
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import { readKeyboard } from '../keyboard.ts';
import type { Parameters } from '../parameters.ts';
import type { Phones } from '../phones.ts';
import { badParameter, VkApiError } from '../vkError.ts';
import type { Responses } from '../vkTypes.ts';
import { type Community, type Dialogue, isShownToCommunity, type StoredMessage } from '../world.ts';
import { requirePeer } from './history.ts';
import { readContent, requireWritable, type SendingDeps } from './sending.ts';

const editableSeconds = 24 * 60 * 60;
const activities = ['typing', 'audiomessage', 'file', 'photo', 'video'];
const eventDataChars = 1000;

export function dialogueActionMethods(deps: SendingDeps & { phones: Phones }): [string, ApiMethod][] {
  const { world, views, messaging, phones } = deps;

  function edit({ community, parameters }: ApiCall): 1 {
    const dialogue = requireDialogue(community, requirePeer(parameters));
    const message = findOwn(community, dialogue, parameters);
    if (!message.isOut) throw new VkApiError(920);
    if (message.date < Date.now() / 1000 - editableSeconds) throw new VkApiError(909);
    const { text, attachments } = readContent(deps, parameters);
    if (!text && attachments.length === 0) throw badParameter('message is empty or invalid');
    const keyboard = parameters.text('keyboard');
    messaging.edit(community, dialogue, message, {
      text,
      attachments,
      ...(keyboard === undefined ? {} : { keyboard: readKeyboard(keyboard, -community.groupId) }),
      ...(parameters.flag('keep_forward_messages') ? {} : { forwarded: [] }),
    });
    return 1;
  }

  function remove({
    community,
    parameters,
  }: ApiCall): Partial<Responses.MessagesDeleteFullResponse[number]>[] {
    const cmids = parameters.integers('cmids', 100);
    const ids = parameters.integers('message_ids');
    if (!cmids && !ids) throw badParameter('message_ids is undefined');
    const peerId = cmids ? requirePeer(parameters) : 0;
    const targets = cmids
      ? cmids.map((cmid) => ({
          userId: peerId,
          message: community.dialogues.get(peerId)?.messages[cmid - 1],
          requestedId: cmid,
        }))
      : (ids ?? []).map((id) => ({
          userId: 0,
          message: undefined,
          ...world.messageById(community.groupId, id),
          requestedId: id,
        }));
    return targets.map(({ userId, message, requestedId }) => {
      const dialogue = community.dialogues.get(userId);
      if (!dialogue || !isShownToCommunity(message)) {
        return {
          ...(cmids
            ? { peer_id: userId, conversation_message_id: requestedId }
            : { message_id: requestedId }),
          response: 0,
        };
      }
      messaging.delete(community, dialogue, message);
      return { peer_id: userId, message_id: message.id, conversation_message_id: message.cmid, response: 1 };
    });
  }

  function markAsRead({ community, parameters }: ApiCall): 1 {
    const dialogue = community.dialogues.get(requirePeer(parameters));
    if (!dialogue) return 1;
    const startId = parameters.integer('start_message_id');
    const upToId =
      startId === undefined ? undefined : dialogue.messages.findLast((one) => one.id <= startId)?.cmid;
    messaging.communityReads(community, dialogue, parameters.integer('up_to_cmid') ?? upToId);
    return 1;
  }

  function markAsAnswered({ community, parameters }: ApiCall): 1 {
    const dialogue = requireDialogue(community, requirePeer(parameters));
    dialogue.isUnanswered = !(parameters.flag('answered') ?? true);
    return 1;
  }

  function setActivity({ community, parameters }: ApiCall): 1 {
    const peerId = requirePeer(parameters);
    const type = parameters.text('type') ?? 'typing';
    if (!activities.includes(type)) throw badParameter('type is invalid');
    requireWritable(world, community, peerId);
    phones.showActivity(community.groupId, peerId, type);
    return 1;
  }

  function isAllowed({ community, parameters }: ApiCall): { is_allowed: 0 | 1 } {
    parameters.requiredInteger('group_id');
    const userId = parameters.requiredInteger('user_id', { min: 1 });
    const isWritable =
      community.dialogues.get(userId)?.permission === 'allowed' && !community.blacklist.has(userId);
    return { is_allowed: isWritable ? 1 : 0 };
  }

  function answerEvent({ parameters }: ApiCall): 1 {
    const eventId = parameters.requiredText('event_id');
    parameters.requiredInteger('user_id');
    parameters.requiredInteger('peer_id');
    const data = parameters.text('event_data');
    if (data !== undefined && data.length > eventDataChars) throw badParameter('event_data is too long');
    if (!phones.answerButton(eventId, parameters.json('event_data') ?? null))
      throw badParameter('event_id is invalid');
    return 1;
  }

  function react(isSet: boolean): ApiMethod {
    return ({ community, parameters }) => {
      const dialogue = requireDialogue(community, requirePeer(parameters));
      const cmid = parameters.requiredInteger('cmid', { min: 1 });
      const reactionId = isSet ? parameters.requiredInteger('reaction_id', { min: 1, max: 64 }) : null;
      const message = dialogue.messages[cmid - 1];
      if (!isShownToCommunity(message)) throw badParameter('cmid is invalid');
      messaging.react(community, dialogue, -community.groupId, cmid, reactionId);
      return 1;
    };
  }

  function getReactions({ community, parameters }: ApiCall): object {
    const dialogue = requireDialogue(community, requirePeer(parameters));
    const cmids = parameters.integers('cmids', 100) ?? [];
    const items = cmids.flatMap((cmid) => {
      const message = dialogue.messages[cmid - 1];
      return isShownToCommunity(message)
        ? [{ cmid, counters: views.message(community, dialogue, message).reactions ?? [] }]
        : [];
    });
    return { items };
  }

  /** By `message_id`, `cmid` or `conversation_message_id`: clients use all three. */
  function findOwn(community: Community, dialogue: Dialogue, parameters: Parameters): StoredMessage {
    const cmid = parameters.integer('cmid') ?? parameters.integer('conversation_message_id');
    const messageId = parameters.integer('message_id');
    const known = messageId === undefined ? undefined : world.messageById(community.groupId, messageId);
    const message = cmid === undefined ? known?.message : dialogue.messages[cmid - 1];
    if (!isShownToCommunity(message)) throw badParameter('message_id is invalid');
    return message;
  }

  return [
    ['messages.edit', edit],
    ['messages.delete', remove],
    ['messages.markAsRead', markAsRead],
    ['messages.markAsAnsweredConversation', markAsAnswered],
    ['messages.setActivity', setActivity],
    ['messages.isMessagesFromGroupAllowed', isAllowed],
    ['messages.sendMessageEventAnswer', answerEvent],
    ['messages.sendReaction', react(true)],
    ['messages.deleteReaction', react(false)],
    ['messages.getMessagesReactions', getReactions],
  ];
}

function requireDialogue(community: Community, peerId: number): Dialogue {
  const dialogue = community.dialogues.get(peerId);
  if (!dialogue) throw new VkApiError(936);
  return dialogue;
}
