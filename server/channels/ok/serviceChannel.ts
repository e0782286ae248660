/**
 * Service messages by the group's own API, for people whose id in OK is known: the way where no gateway is set up. OK
 * reports no delivery, and lets a group write only to who has written to it.
 */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import { setConnection } from '../../communities/connection.ts';
import type { OutgoingFile } from '../../delivery/channel.ts';
import type { CommunityRef } from '../../messages/networkEvent.ts';
import {
  type FoundService,
  messageIdOfTry,
  type OutgoingService,
  type ServiceChannel,
  type ServiceOutcome,
} from '../../sending/serviceChannel.ts';
import type { EndCode } from '../../sending/serviceMessage.model.ts';
import { failureOf, type OkFailure } from './call.ts';
import type { OkChannelParts } from './channel.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './history.ts';
import { okSent } from './schema.ts';
import { uploadFile } from './upload.ts';

export interface OkServiceParts extends OkChannelParts {
  communities: Model<Community>;
  /** The client's id in OK; null when nothing ties the phone to one. */
  userIdOf(phone: string): Promise<string | null>;
  imagesOf(imageIds: string[]): Promise<OutgoingFile[]>;
  logger: Logger;
}

/** OK's own limit is written nowhere that we could read; VK's for a community stands in (reference, section 2.2). */
const PER_SECOND = 20;
const MOST_PER_CALL = 20;

const endCodes: Partial<Record<string, EndCode>> = {
  clientForbidsMessages: 'clientForbidsMessages',
  clientGone: 'notInNetwork',
  contentRefused: 'contentRefused',
};

export function createOkServiceChannel(parts: OkServiceParts): ServiceChannel {
  const { communities, clients, chats, announce } = parts;

  async function usable({ id }: CommunityRef): Promise<Community | null> {
    const community = await communities.findById(id).lean<Community>();
    return community?.isEnabled && community.connection.state !== 'stopped' ? community : null;
  }

  async function sendOne(client: OkClient, message: OutgoingService): Promise<ServiceOutcome> {
    const userId = await parts.userIdOf(message.phone);
    // In OK a message of the group stands in the dialogue, where it can be answered: one way only is not possible.
    if (message.direction === 'oneWay')
      return { kind: 'undelivered', code: 'oneWayNeedsGateway', networkCode: null };
    if (userId === null) return { kind: 'undelivered', code: 'userIdUnknown', networkCode: null };
    const attachments: object[] = [];
    try {
      for (const file of await parts.imagesOf(message.imageIds))
        attachments.push(await uploadFile(client, file));
    } catch (error) {
      const failure = failureOf(error);
      // Nothing was sent, whatever became of the upload.
      return failure.kind === 'code' ? outcomeOf(failure) : { kind: 'later', afterMs: null };
    }
    if (message.buttons.length > 0) attachments.push(keyboardOf(message));
    try {
      const answer = await client.api.post('me/messages', {
        recipient: { user_id: userId },
        message: { text: message.text, ...(attachments.length > 0 ? { attachments } : {}) },
      });
      const sent = okSent.safeParse(answer);
      return sent.success ? { kind: 'sent', externalId: sent.data.message_id } : { kind: 'unknown' };
    } catch (error) {
      return outcomeOf(failureOf(error));
    }
  }

  async function keepStop(
    community: Community,
    { networkCode }: { networkCode: string | null },
  ): Promise<void> {
    const code = Number(networkCode);
    const meaning = meaningOf(code);
    if (networkCode === null || meaning.class !== 'community') return;
    const { stopReason } = meaning;
    parts.logger.error({ communityId: community._id, networkCode, stopReason }, 'OK refuses this community');
    await setConnection({ communities, announce }, community, {
      state: 'stopped',
      stopReason,
      networkCode: code,
    });
  }

  return {
    mostPerCall: MOST_PER_CALL,
    perSecond: PER_SECOND,
    reportsDelivery: false,
    leastTtlSeconds: 1,
    checksPhones: false,
    canSend: async (ref) => (await usable(ref)) !== null,
    async send(ref, messages) {
      const community = await usable(ref);
      if (!community) return messages.map(() => ({ kind: 'communityStopped', networkCode: null }));
      const client = clients.ofCommunity(community);
      const outcomes: ServiceOutcome[] = [];
      for (const message of messages) {
        const last = outcomes.at(-1);
        outcomes.push(last?.kind === 'communityStopped' ? last : await sendOne(client, message));
      }
      const stop = outcomes.find((outcome) => outcome.kind === 'communityStopped');
      if (stop) await keepStop(community, stop);
      return outcomes;
    },
    async findSent(ref, messages) {
      const community = await usable(ref);
      const found: FoundService[] = [];
      for (const { tryKey, phone, text, since } of messages) {
        const peerId = await parts.userIdOf(phone);
        if (!community || peerId === null) {
          found.push({ kind: community ? 'absent' : 'unknown' });
          continue;
        }
        const outcome = await findSent(
          chats,
          clients.ofCommunity(community),
          { peerId, text, since },
          (ids) => parts.storedIds(ref, peerId, ids, messageIdOfTry(tryKey)),
        );
        if (outcome.kind === 'found') found.push({ kind: 'found', externalId: outcome.externalId });
        else found.push({ kind: outcome.kind === 'absent' ? 'absent' : 'unknown' });
      }
      return found;
    },
  };
}

function outcomeOf(failure: OkFailure): ServiceOutcome {
  if (failure.kind === 'lost') return { kind: 'unknown' };
  if (failure.kind === 'notSent') return { kind: 'later', afterMs: null };
  const meaning = meaningOf(failure.code);
  const networkCode = String(failure.code);
  switch (meaning.class) {
    case 'retry':
      return { kind: 'later', afterMs: meaning.waitMs };
    case 'community':
      return { kind: 'communityStopped', networkCode };
    case 'refused':
      return { kind: 'undelivered', code: endCodes[meaning.failure] ?? 'networkRefused', networkCode };
  }
}

/** One button a row. A text button carries what the gateway's would, so that its press finds the message (N6). */
function keyboardOf({ buttons, messageId, tryKey }: OutgoingService): object {
  const rows = buttons.map((button, index) => {
    if (button.kind === 'link') return [{ type: 'LINK', text: button.label, url: button.url }];
    const notify = { messageId: messageId.toHexString(), clientMessageId: tryKey, button: index };
    return [{ type: 'CALLBACK', text: button.label, payload: JSON.stringify({ notify }) }];
  });
  return { type: 'INLINE_KEYBOARD', payload: { buttons: rows } };
}
