/** Sends service messages through an OK group's own API, only to people who have written to the group before. */
import { toCommunityRef } from '../../communities/communityRef.ts';
import {
  messageIdOfTry,
  type OutgoingService,
  type ServiceChannel,
} from '../../serviceMessages/sending/serviceChannel.ts';
import type { PreparedImages } from '../images/preparedImages.ts';
import { buttonPayload, createOwnApiChannel, type OwnApiNeeds } from '../ownApiChannel.ts';
import { outcomeOfUpload, withImages } from '../sendOutcome.ts';
import { CALLS_PER_SECOND, failureOf } from './call.ts';
import type { OkChannelDeps } from './channel.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './history.ts';
import { postMessage } from './send.ts';

export interface OkServiceDeps extends OkChannelDeps, OwnApiNeeds {
  images: PreparedImages;
}

export function createOkServiceChannel(deps: OkServiceDeps): ServiceChannel {
  const { clients, chats, images } = deps;
  return createOwnApiChannel(deps, {
    // The budget of the token decides what of it is left for service messages.
    perSecond: CALLS_PER_SECOND,
    atOnce: 1,
    meaningOf,
    // OK would show a repeat as a second message.
    settleMs: 30_000,
    async prepareImages(community, userId, imageIds, signal) {
      try {
        const attachments = await images.attachments({ community, userId, imageIds }, signal);
        return { kind: 'ready', attachments };
      } catch (error) {
        return outcomeOfUpload(failureOf(error), meaningOf);
      }
    },
    send: (community, userId, message, tokens, { signal, mayCall }) =>
      withImages(
        images,
        { community, imageIds: message.imageIds, attachments: tokens },
        aboutAttachments,
        async () => {
          const files = tokens.map((token) => ({ type: 'IMAGE', payload: { token } }));
          const keyboard = message.buttons.length > 0 ? [keyboardOf(message)] : [];
          const outgoing = { userId, text: message.text, attachments: [...files, ...keyboard] };
          const options = { purpose: 'sending', signal, mayCall } as const;
          return postMessage(clients.ofCommunity(community), outgoing, options);
        },
      ),
    findSent: (community, userId, { tryKey, text, since }) =>
      findSent(chats, clients.ofCommunity(community), { peerId: userId, text, since }, (ids) =>
        deps.storedIds(toCommunityRef(community), userId, ids, messageIdOfTry(tryKey)),
      ),
  });
}

/** A parameter is wrong, or there is no such object (apiok.ru, page of errors). */
const aboutAttachments = [100, 300];

/** One button per row. */
function keyboardOf(message: OutgoingService): object {
  const buttons = message.buttons.map((button, index) => {
    if (button.kind === 'link') return [{ type: 'LINK', text: button.label, url: button.url }];
    return [{ type: 'CALLBACK', text: button.label, payload: buttonPayload(message, index) }];
  });
  return { type: 'INLINE_KEYBOARD', payload: { buttons } };
}
