/** Sends service messages through a VK community's own `messages.send`. VK reports when they are read. */
import { createHash } from 'node:crypto';
import type { OutgoingService, ServiceChannel } from '../../serviceMessages/sending/serviceChannel.ts';
import { buttonPayload, createOwnApiChannel, type OwnApiNeeds } from '../ownApiChannel.ts';
import type { VkChannelDeps } from './channel.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './findSent.ts';
import { sendMessage } from './send.ts';

/** VK allows a community 20 calls a second (reference, section 2.2); agents' answers need some of them. */
const PER_SECOND = 15;

export function createVkServiceChannel(deps: VkChannelDeps & OwnApiNeeds): ServiceChannel {
  const { clients } = deps;
  return createOwnApiChannel(deps, {
    perSecond: PER_SECOND,
    atOnce: PER_SECOND,
    meaningOf,
    send: async (community, userId, message) =>
      sendMessage(clients.ofCommunity(community), {
        peerId: userId,
        randomId: randomIdOf(message.tryKey),
        text: message.text,
        files: await deps.imagesOf(message.imageIds),
        replyToExternalId: null,
        intent: 'confirmed_notification',
        ...(message.buttons.length > 0 ? { keyboard: keyboardOf(message) } : {}),
      }),
    findSent: (community, userId, { tryKey, text, since }) =>
      findSent(clients.ofCommunity(community), { peerId: userId, randomId: randomIdOf(tryKey), text, since }),
  });
}

/** From 1 to 2^31 - 1; the same for every call of one try, so that VK drops a repeat. */
function randomIdOf(tryKey: string): number {
  return createHash('sha256').update(tryKey).digest().readUInt32BE(0) & 0x7fffffff || 1;
}

/** One button per row. */
function keyboardOf(message: OutgoingService): string {
  const buttons = message.buttons.map((button, index) => {
    if (button.kind === 'link')
      return [{ action: { type: 'open_link', label: button.label, link: button.url } }];
    return [{ action: { type: 'text', label: button.label, payload: buttonPayload(message, index) } }];
  });
  return JSON.stringify({ inline: true, buttons });
}
