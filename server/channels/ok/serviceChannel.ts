/** Sends service messages through an OK group's own API, only to people who have written to the group before. */
import { toCommunityRef } from '../../communities/communityRef.ts';
import type { SendOutcome } from '../../conversations/outbox/channel.ts';
import {
  messageIdOfTry,
  type OutgoingService,
  type ServiceChannel,
} from '../../serviceMessages/sending/serviceChannel.ts';
import { buttonPayload, createOwnApiChannel, type OwnApiNeeds } from '../ownApiChannel.ts';
import { outcomeOfSend, outcomeOfUpload } from '../sendOutcome.ts';
import { failureOf } from './call.ts';
import type { OkChannelDeps } from './channel.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './history.ts';
import { okSent } from './schema.ts';
import { uploadFile } from './upload.ts';

/** The pages that we could read name no limit of OK, so this is VK's for a community (reference, section 2.2). */
const PER_SECOND = 20;

export function createOkServiceChannel(deps: OkChannelDeps & OwnApiNeeds): ServiceChannel {
  const { clients, chats } = deps;

  async function send(client: OkClient, userId: string, message: OutgoingService): Promise<SendOutcome> {
    const attachments: object[] = [];
    try {
      for (const file of await deps.imagesOf(message.imageIds))
        attachments.push(await uploadFile(client, file));
    } catch (error) {
      return outcomeOfUpload(failureOf(error), meaningOf);
    }
    if (message.buttons.length > 0) attachments.push(keyboardOf(message));
    try {
      const answer = await client.api.post('me/messages', {
        recipient: { user_id: userId },
        message: { text: message.text, ...(attachments.length > 0 ? { attachments } : {}) },
      });
      const sent = okSent.safeParse(answer);
      if (!sent.success) return { kind: 'unknown' };
      return { kind: 'sent', externalId: sent.data.message_id, position: null };
    } catch (error) {
      return outcomeOfSend(failureOf(error), meaningOf);
    }
  }

  return createOwnApiChannel(deps, {
    perSecond: PER_SECOND,
    atOnce: 1,
    meaningOf,
    send: (community, userId, message) => send(clients.ofCommunity(community), userId, message),
    findSent: (community, userId, { tryKey, text, since }) =>
      findSent(chats, clients.ofCommunity(community), { peerId: userId, text, since }, (ids) =>
        deps.storedIds(toCommunityRef(community), userId, ids, messageIdOfTry(tryKey)),
      ),
  });
}

/** One button per row. */
function keyboardOf(message: OutgoingService): object {
  const buttons = message.buttons.map((button, index) => {
    if (button.kind === 'link') return [{ type: 'LINK', text: button.label, url: button.url }];
    return [{ type: 'CALLBACK', text: button.label, payload: buttonPayload(message, index) }];
  });
  return { type: 'INLINE_KEYBOARD', payload: { buttons } };
}
