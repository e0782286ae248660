/** messages.send and its parameters: recipients, content, and the refusals (errors 18, 900, 901, 911, 914). */
import type { SandboxSettings } from '../../../shared/sandbox.ts';
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import { readKeyboard } from '../keyboard.ts';
import type { MediaLibrary } from '../mediaLibrary.ts';
import type { Views } from '../messageView.ts';
import type { Messaging, OutgoingDraft } from '../messaging.ts';
import type { Parameters } from '../parameters.ts';
import { badParameter, VkApiError } from '../vkError.ts';
import type { Responses, VkAttachment, VkForeignMessage } from '../vkTypes.ts';
import { type Community, isShownToCommunity, type StoredMessage, type World } from '../world.ts';

const mostAttachments = 10;
const mostPeers = 100;
const mostForwarded = 100;
const payloadChars = 1000;
const intents = [
  'default',
  'account_update',
  'bot_ad_invite',
  'bot_ad_promo',
  'confirmed_notification',
  'customer_support',
  'finance_notification',
  'game_notification',
  'moderated_newsletter',
  'non_promo_newsletter',
  'promo_newsletter',
  'purchase_update',
];

interface Content {
  text: string;
  attachments: VkAttachment[];
  geo?: { latitude: number; longitude: number };
}

export interface SendingDeps {
  world: World;
  views: Views;
  messaging: Messaging;
  media: MediaLibrary;
  settings: SandboxSettings;
}

export function sendingMethods(deps: SendingDeps): [string, ApiMethod][] {
  const { world, views, messaging } = deps;

  function send(
    call: ApiCall,
  ): Responses.MessagesSendDeprecatedResponse | Partial<Responses.MessagesSendUserIdsResponse> {
    const { community, parameters } = call;
    const randomId = parameters.integer('random_id');
    if (randomId === undefined) throw badParameter('random_id is a required parameter');
    const intent = parameters.text('intent') ?? 'default';
    if (!intents.includes(intent)) throw badParameter('intent is invalid');
    const peers = parameters.integers('peer_ids', mostPeers) ?? parameters.integers('user_ids', mostPeers);
    if (peers) return peers.map((peerId) => sendToOne(call, peerId, randomId));
    return deliver(community, requireRecipient(parameters), randomId, parameters).id;
  }

  function sendToOne(
    call: ApiCall,
    peerId: number,
    randomId: number,
  ): Responses.MessagesSendUserIdsResponse[number] {
    try {
      const message = deliver(call.community, peerId, randomId, call.parameters);
      return { peer_id: peerId, message_id: message.id, conversation_message_id: message.cmid };
    } catch (error) {
      // An invalid message fails the whole call; an invalid recipient fails only for that recipient.
      if (!(error instanceof VkApiError) || !recipientErrors.has(error.code)) throw error;
      const refusal = { code: error.code, description: error.message };
      return { peer_id: peerId, message_id: 0, conversation_message_id: 0, error: refusal };
    }
  }

  function deliver(
    community: Community,
    peerId: number,
    randomId: number,
    parameters: Parameters,
  ): StoredMessage {
    const before = randomId === 0 ? undefined : world.sentBefore(community.groupId, peerId, randomId);
    if (before) return before;
    const draft = readDraft(community, peerId, randomId, parameters);
    requireWritable(world, community, peerId);
    return messaging.communityWrites(community, peerId, draft);
  }

  function readDraft(
    community: Community,
    peerId: number,
    randomId: number,
    parameters: Parameters,
  ): OutgoingDraft {
    const content = readContent(deps, parameters);
    const forwarded = readForward(community, peerId, parameters);
    if (!content.text && content.attachments.length === 0 && !content.geo && forwarded.list.length === 0) {
      throw badParameter('message is empty or invalid');
    }
    const keyboard = parameters.text('keyboard');
    const payload = parameters.text('payload');
    if (payload !== undefined && payload.length > payloadChars) throw badParameter('payload is too long');
    return {
      ...content,
      randomId,
      payload,
      forwarded: forwarded.isReply ? [] : forwarded.list,
      replyTo: forwarded.isReply ? forwarded.list[0] : undefined,
      keyboard: keyboard === undefined ? undefined : readKeyboard(keyboard, -community.groupId),
    };
  }

  function readForward(
    community: Community,
    peerId: number,
    parameters: Parameters,
  ): { list: VkForeignMessage[]; isReply: boolean } {
    const replyTo = parameters.integer('reply_to');
    if (replyTo !== undefined) return { list: byIds(community, [replyTo]), isReply: true };
    const ids = parameters.integers('forward_messages');
    if (ids) return { list: byIds(community, ids), isReply: false };
    const forward = parameters.json('forward') as Record<string, unknown> | undefined;
    if (!forward) return { list: [], isReply: false };
    const isReply = forward.is_reply === true || forward.is_reply === 1;
    const fromPeer = Number(forward.peer_id ?? peerId);
    if (Array.isArray(forward.message_ids))
      return { list: byIds(community, forward.message_ids.map(Number)), isReply };
    const cmids = asList(forward.conversation_message_ids).map(Number);
    const dialogue = community.dialogues.get(fromPeer);
    const originals = cmids.flatMap((cmid) => {
      const message = dialogue?.messages[cmid - 1];
      return dialogue && isShownToCommunity(message) ? [views.foreign(dialogue, message)] : [];
    });
    return checked(originals, cmids.length, isReply);
  }

  function byIds(community: Community, ids: number[]): VkForeignMessage[] {
    const originals = ids.flatMap((id) => {
      const known = world.messageById(community.groupId, id);
      const dialogue = known && community.dialogues.get(known.userId);
      return known && dialogue && isShownToCommunity(known.message)
        ? [views.foreign(dialogue, known.message)]
        : [];
    });
    return checked(originals, ids.length, false).list;
  }

  return [['messages.send', send]];
}

const recipientErrors = new Set([7, 15, 18, 100, 113, 900, 901, 902, 917, 936, 945, 950, 985]);

function checked(
  list: VkForeignMessage[],
  requestedCount: number,
  isReply: boolean,
): { list: VkForeignMessage[]; isReply: boolean } {
  if (requestedCount > mostForwarded) throw new VkApiError(913);
  if (list.length === 0 || (isReply && list.length !== 1)) throw new VkApiError(921);
  return { list, isReply };
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : String(value).split(',');
}

function requireRecipient(parameters: Parameters): number {
  const domain = /^id(\d+)$/.exec(parameters.text('domain') ?? '')?.[1];
  const peerId =
    parameters.integer('peer_id') ?? parameters.integer('user_id') ?? (domain ? Number(domain) : undefined);
  if (peerId === undefined) {
    throw badParameter('you should specify peer_id, user_id, domain, chat_id or user_ids param');
  }
  return peerId;
}

/** Text, attachments and coordinates, as messages.send and messages.edit accept them. */
export function readContent(
  { media, settings }: Pick<SendingDeps, 'media' | 'settings'>,
  parameters: Parameters,
): Content {
  const text = parameters.text('message') ?? '';
  if ([...text].length > settings.textLimitChars) throw new VkApiError(914);
  const names = parameters.texts('attachment') ?? [];
  if (names.length > mostAttachments)
    throw badParameter(`attachment should contain at most ${mostAttachments} items`);
  const attachments = names.map((name) => media.attachment(name));
  const stickerId = parameters.integer('sticker_id');
  if (stickerId !== undefined) attachments.push(media.sticker(stickerId));
  const latitude = Number(parameters.text('lat') ?? Number.NaN);
  const longitude = Number(parameters.text('long') ?? Number.NaN);
  const hasPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
  return { text, attachments, ...(hasPlace ? { geo: { latitude, longitude } } : {}) };
}

export function requireWritable(world: World, community: Community, peerId: number): void {
  if (world.users.get(peerId)?.isDeleted) throw new VkApiError(18);
  if (community.blacklist.has(peerId)) throw new VkApiError(900);
  if (community.dialogues.get(peerId)?.permission !== 'allowed') throw new VkApiError(901);
}
