/**
 * Service messages by the community's own API, for people whose id in VK is known: the way where no gateway is set up.
 * VK tells such a message's reading but not its delivery, and keeps it in the dialogue, where it can be answered.
 */
import { createHash } from 'node:crypto';
import type { Community } from '../../communities/community.model.ts';
import { setConnection } from '../../communities/connection.ts';
import type { OutgoingFile, SendOutcome } from '../../delivery/channel.ts';
import type { CommunityRef } from '../../messages/networkEvent.ts';
import type {
  FoundService,
  OutgoingService,
  ServiceChannel,
  ServiceOutcome,
} from '../../sending/serviceChannel.ts';
import type { EndCode } from '../../sending/serviceMessage.model.ts';
import type { VkChannelParts } from './channel.ts';
import type { VkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './findSent.ts';
import { sendMessage } from './send.ts';

export interface VkServiceParts extends VkChannelParts {
  /** The client's id in VK; null when nothing ties the phone to one. */
  userIdOf(phone: string): Promise<string | null>;
  imagesOf(imageIds: string[]): Promise<OutgoingFile[]>;
}

/** VK takes 20 calls a second of a community (reference, section 2.2); agents' answers need some of them. */
const PER_SECOND = 15;
const MOST_PER_CALL = 15;

const endCodes: Partial<Record<string, EndCode>> = {
  clientForbidsMessages: 'clientForbidsMessages',
  clientGone: 'notInNetwork',
  contentRefused: 'contentRefused',
};

export function createVkServiceChannel(parts: VkServiceParts): ServiceChannel {
  const { communities, clients, announce, logger } = parts;

  async function usable({ id }: CommunityRef): Promise<Community | null> {
    const community = await communities.findById(id).lean<Community>();
    return community?.isEnabled && community.connection.state !== 'stopped' ? community : null;
  }

  async function sendOne(client: VkClient, message: OutgoingService): Promise<ServiceOutcome> {
    const userId = await parts.userIdOf(message.phone);
    // What a community itself writes stands in the dialogue, where it can be answered: one way only is not possible.
    if (message.direction === 'oneWay')
      return { kind: 'undelivered', code: 'oneWayNeedsGateway', networkCode: null };
    if (userId === null) return { kind: 'undelivered', code: 'userIdUnknown', networkCode: null };
    const outcome = await sendMessage(client, {
      peerId: userId,
      randomId: randomIdOf(message.tryKey),
      text: message.text,
      files: await parts.imagesOf(message.imageIds),
      replyToExternalId: null,
      intent: 'confirmed_notification',
      ...(message.buttons.length > 0 ? { keyboard: keyboardOf(message) } : {}),
    });
    return toServiceOutcome(outcome);
  }

  async function keepStop(community: Community, networkCode: string | null): Promise<void> {
    const code = Number(networkCode);
    const meaning = meaningOf(code);
    if (networkCode === null || meaning.class !== 'community') return;
    const { stopReason } = meaning;
    logger.error({ communityId: community._id, networkCode, stopReason }, 'VK refuses this community');
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
      const outcomes = await Promise.all(messages.map((message) => sendOne(client, message)));
      const stop = outcomes.find((outcome) => outcome.kind === 'communityStopped');
      if (stop) await keepStop(community, stop.networkCode);
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
        const outcome = await findSent(clients.ofCommunity(community), {
          peerId,
          randomId: randomIdOf(tryKey),
          text,
          since,
        });
        if (outcome.kind === 'found') found.push({ kind: 'found', externalId: outcome.externalId });
        else found.push({ kind: outcome.kind === 'absent' ? 'absent' : 'unknown' });
      }
      return found;
    },
  };
}

/** The same for every time that a try is sent, so that VK drops a repeat: 1 to 2^31 - 1. */
function randomIdOf(tryKey: string): number {
  return createHash('sha256').update(tryKey).digest().readUInt32BE(0) & 0x7fffffff || 1;
}

function toServiceOutcome(outcome: SendOutcome): ServiceOutcome {
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'sent', externalId: outcome.externalId };
    case 'unknown':
      return { kind: 'unknown' };
    case 'later':
      return { kind: 'later', afterMs: outcome.afterMs };
    case 'communityStopped':
      return { kind: 'communityStopped', networkCode: textOf(outcome.networkCode) };
    case 'refused':
      return {
        kind: 'undelivered',
        code: endCodes[outcome.code] ?? 'networkRefused',
        networkCode: textOf(outcome.networkCode),
      };
  }
}

function textOf(code: number | null): string | null {
  return code === null ? null : String(code);
}

/** One button a row. A text button carries what the gateway's would, so that its press finds the message (N6). */
function keyboardOf({ buttons, messageId, tryKey }: OutgoingService): string {
  const rows = buttons.map((button, index) => {
    if (button.kind === 'link')
      return [{ action: { type: 'open_link', label: button.label, link: button.url } }];
    const notify = { messageId: messageId.toHexString(), clientMessageId: tryKey, button: index };
    return [{ action: { type: 'text', label: button.label, payload: JSON.stringify({ notify }) } }];
  });
  return JSON.stringify({ inline: true, buttons: rows });
}
