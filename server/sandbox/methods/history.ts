/** messages.get*: the history and the list of dialogues, by which a community fills a gap. */
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import { lastMessage, unreadCount, type Views } from '../messageView.ts';
import type { Parameters } from '../parameters.ts';
import { badParameter } from '../vkError.ts';
import type { Objects, Partly, Responses, VkMessage } from '../vkTypes.ts';
import {
  type Community,
  type Dialogue,
  isShownToCommunity,
  type StoredMessage,
  type World,
} from '../world.ts';

/** Ids from here on are group chats, which the sandbox's communities do not have. */
const firstChatPeerId = 2_000_000_000;
const mostItems = 200;
const usualItems = 20;

export function historyMethods({ world, views }: { world: World; views: Views }): [string, ApiMethod][] {
  function people(parameters: Parameters, community: Community, userIds: number[]): object {
    const fields = parameters.texts('fields') ?? [];
    const users = [...new Set(userIds)].flatMap((userId) => world.vkUser(userId) ?? []);
    return {
      profiles: users.map((user) =>
        views.user(user, ['photo_50', 'photo_100', 'sex', 'screen_name', ...fields]),
      ),
      groups: [views.group(community, fields)],
    };
  }

  function list(call: ApiCall, matching: { dialogue: Dialogue; message: StoredMessage }[]): object {
    const items = matching.map(({ dialogue, message }) => views.message(call.community, dialogue, message));
    const answer: { count: number; items: VkMessage[] } = { count: items.length, items };
    if (!call.parameters.flag('extended')) return answer;
    return {
      ...answer,
      ...people(
        call.parameters,
        call.community,
        matching.map(({ dialogue }) => dialogue.userId),
      ),
    };
  }

  function getHistory(call: ApiCall): Partly<Responses.MessagesGetHistoryExtendedResponse> {
    const { community, parameters } = call;
    const peerId = requirePeer(parameters);
    const count = parameters.integer('count', { min: 0, max: mostItems }) ?? usualItems;
    const dialogue = community.dialogues.get(peerId);
    const messages = dialogue?.messages.filter(isShownToCommunity) ?? [];
    const isChronological = parameters.integer('rev') === 1;
    if (!isChronological) messages.reverse();
    const start = Math.max(
      0,
      startIndex(parameters, messages, isChronological, dialogue) + (parameters.integer('offset') ?? 0),
    );
    const page = messages.slice(start, start + count);
    const items = dialogue ? page.map((message) => views.message(community, dialogue, message)) : [];
    const answer = { count: messages.length, items };
    if (!parameters.flag('extended')) return answer;
    const conversations =
      dialogue && isKnownToCommunity(dialogue) ? [views.conversation(community, dialogue)] : [];
    return { ...answer, conversations, ...people(parameters, community, [peerId]) };
  }

  function getConversations({
    community,
    parameters,
  }: ApiCall): Partly<Responses.MessagesGetConversationsResponse> {
    const count = parameters.integer('count', { min: 0, max: mostItems }) ?? usualItems;
    const offset = parameters.integer('offset', { min: 0 }) ?? 0;
    const startMessageId = parameters.integer('start_message_id') ?? Number.POSITIVE_INFINITY;
    const accepts = conversationFilter(parameters.text('filter') ?? 'all');
    let unreadConversations = 0;
    const matching: { dialogue: Dialogue; last: StoredMessage }[] = [];
    for (const dialogue of community.dialogues.values()) {
      const last = lastMessage(dialogue);
      if (!last) continue;
      if (unreadCount(dialogue) > 0) unreadConversations += 1;
      if (accepts(dialogue)) matching.push({ dialogue, last });
    }
    const sorted = matching
      .filter(({ last }) => last.id <= startMessageId)
      .sort((left, right) => right.last.id - left.last.id);
    const page = sorted.slice(offset, offset + count);
    return {
      count: matching.length,
      ...(unreadConversations > 0 ? { unread_count: unreadConversations } : {}),
      items: page.map(({ dialogue, last }) => ({
        conversation: views.conversation(community, dialogue),
        last_message: views.message(community, dialogue, last),
      })) as Objects.MessagesConversationWithMessage[],
      ...(parameters.flag('extended')
        ? people(
            parameters,
            community,
            page.map(({ dialogue }) => dialogue.userId),
          )
        : {}),
    };
  }

  function getConversationsById({
    community,
    parameters,
  }: ApiCall): Partly<Responses.MessagesGetConversationsByIdExtendedResponse> {
    const peerIds = parameters.integers('peer_ids', 100);
    if (!peerIds) throw badParameter('peer_ids is undefined');
    const items = peerIds.flatMap((peerId) => {
      const dialogue = community.dialogues.get(peerId);
      return dialogue && isKnownToCommunity(dialogue) ? [views.conversation(community, dialogue)] : [];
    });
    return {
      count: items.length,
      items,
      ...(parameters.flag('extended') ? people(parameters, community, peerIds) : {}),
    };
  }

  function byConversationMessageIds(call: ApiCall, cmids: number[]): object {
    const dialogue = call.community.dialogues.get(call.parameters.requiredInteger('peer_id'));
    const matching = cmids.flatMap((cmid) => {
      const message = dialogue?.messages[cmid - 1];
      return dialogue && message && !message.isHidden ? [{ dialogue, message }] : [];
    });
    return list(call, matching);
  }

  function getById(call: ApiCall): object {
    const cmids = call.parameters.integers('cmids', 100);
    if (cmids) return byConversationMessageIds(call, cmids);
    const ids = call.parameters.integers('message_ids', 100);
    if (!ids) throw badParameter('message_ids is undefined');
    const matching = ids.flatMap((id) => {
      const known = world.messageById(call.community.groupId, id);
      const dialogue = known && call.community.dialogues.get(known.userId);
      return known && dialogue && !known.message.isHidden ? [{ dialogue, message: known.message }] : [];
    });
    return list(call, matching);
  }

  function getByConversationMessageId(call: ApiCall): object {
    const cmids = call.parameters.integers('conversation_message_ids', 100);
    if (!cmids) throw badParameter('conversation_message_ids is undefined');
    return byConversationMessageIds(call, cmids);
  }

  return [
    ['messages.getHistory', getHistory],
    ['messages.getConversations', getConversations],
    ['messages.getConversationsById', getConversationsById],
    ['messages.getById', getById],
    ['messages.getByConversationMessageId', getByConversationMessageId],
  ];
}

/** A dialogue with gateway messages only does not exist for the community. */
function isKnownToCommunity(dialogue: Dialogue): boolean {
  return dialogue.messages.length === 0 || dialogue.messages.some((message) => !message.isHidden);
}

export function requirePeer(parameters: Parameters): number {
  const peerId = parameters.integer('peer_id') ?? parameters.integer('user_id');
  if (peerId === undefined) throw badParameter('peer_id is undefined');
  if (peerId <= 0 || peerId >= firstChatPeerId) throw badParameter('peer_id is invalid');
  return peerId;
}

/** Index of the page's start before `offset`; start_message_id -1 means the first unread message. */
function startIndex(
  parameters: Parameters,
  ordered: readonly StoredMessage[],
  isChronological: boolean,
  dialogue: Dialogue | undefined,
): number {
  const startId = parameters.integer('start_message_id');
  const startCmid = parameters.integer('start_cmid');
  if (startId === undefined && startCmid === undefined) return 0;
  const firstUnread = dialogue?.messages.find((one) => !one.isOut && one.cmid > dialogue.inReadCmid)?.id;
  const from = startId === -1 ? (firstUnread ?? ordered[0]?.id ?? 0) : startId;
  const isAtOrPast = (message: StoredMessage): boolean => {
    const value = startCmid === undefined ? message.id : message.cmid;
    const limit = startCmid ?? from ?? 0;
    return isChronological ? value >= limit : value <= limit;
  };
  const index = ordered.findIndex(isAtOrPast);
  return index === -1 ? ordered.length : index;
}

function conversationFilter(name: string): (dialogue: Dialogue) => boolean {
  if (name === 'all') return () => true;
  if (name === 'unread') return (dialogue) => unreadCount(dialogue) > 0;
  if (name === 'unanswered') return (dialogue) => dialogue.isUnanswered;
  if (['archive', 'important', 'sorted_chats', 'business_notify'].includes(name)) return () => false;
  throw badParameter('filter is invalid');
}
