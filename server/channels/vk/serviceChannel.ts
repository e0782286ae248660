/** Sends service messages through a VK community's own `messages.send`. VK reports when they are read. */
import { createHash } from 'node:crypto';
import { APIErrorCode } from 'vk-io';
import type { OutgoingService, ServiceChannel } from '../../serviceMessages/sending/serviceChannel.ts';
import type { PreparedImages } from '../images/preparedImages.ts';
import { buttonPayload, createOwnApiChannel, type OwnApiNeeds } from '../ownApiChannel.ts';
import { outcomeOfUpload, withImages } from '../sendOutcome.ts';
import { CALLS_PER_SECOND } from './api.ts';
import type { VkChannelDeps } from './channel.ts';
import { meaningOf, readFailure } from './errors.ts';
import { findSent } from './findSent.ts';
import { postMessage } from './send.ts';

export interface VkServiceDeps extends VkChannelDeps, OwnApiNeeds {
  images: PreparedImages;
}

export function createVkServiceChannel(deps: VkServiceDeps): ServiceChannel {
  const { clients, images } = deps;
  return createOwnApiChannel(deps, {
    // The budget of the token decides what of it is left for service messages.
    perSecond: CALLS_PER_SECOND,
    atOnce: CALLS_PER_SECOND,
    meaningOf,
    // VK drops a repeat by its `random_id` as well, for about an hour (reference, section 2.1).
    settleMs: 10_000,
    async prepareImages(community, userId, imageIds, signal) {
      try {
        const attachments = await images.attachments({ community, userId, imageIds }, signal);
        return { kind: 'ready', attachments };
      } catch (error) {
        return outcomeOfUpload(readFailure(error), meaningOf);
      }
    },
    send: (community, userId, message, attachments, { signal, mayCall }) =>
      withImages(images, { community, imageIds: message.imageIds, attachments }, aboutAttachments, () =>
        postMessage(
          clients.ofCommunity(community),
          {
            peerId: userId,
            randomId: randomIdOf(message.tryKey),
            text: message.text,
            attachments,
            replyToExternalId: null,
            intent: 'confirmed_notification',
            ...(message.buttons.length > 0 ? { keyboard: keyboardOf(message) } : {}),
          },
          { purpose: 'sending', signal, mayCall },
        ),
      ),
    findSent: (community, userId, { tryKey, text, since }) =>
      findSent(clients.ofCommunity(community), { peerId: userId, randomId: randomIdOf(tryKey), text, since }),
  });
}

/** An attachment that VK does not know is a bad parameter. */
const aboutAttachments = [APIErrorCode.PARAM];

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
