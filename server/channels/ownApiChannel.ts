/**
 * Sends service messages through a community's own API to clients whose user id is known, where no gateway is set up.
 * Such a message appears in the dialogue, where the client can answer it; the networks do not report its delivery.
 */
import type { Community } from '../communities/community.model.ts';
import type { OutgoingFile, SendOutcome, SentLookup } from '../conversations/outbox/channel.ts';
import type {
  OutgoingService,
  ServiceChannel,
  ServiceOutcome,
} from '../serviceMessages/sending/serviceChannel.ts';
import type { EndCode } from '../serviceMessages/serviceMessage.model.ts';
import type { CallOptions, MeaningOf } from './calls.ts';
import type { UploadRefusal } from './sendOutcome.ts';
import { keepStop, type UsableDeps, usableCommunity } from './usableCommunity.ts';

/** Data that other rooms provide. */
export interface OwnApiNeeds {
  /** The client's user id in this network; null when no bond links the phone to one. */
  userIdOf(phone: string): Promise<string | null>;
  imagesOf(imageIds: string[]): Promise<OutgoingFile[]>;
}

export type TryQuery = Parameters<ServiceChannel['findSent']>[1][number];

/** The parts that differ between networks. */
export interface OwnApi {
  /** The maximum number of messages per community in a second, and in one call of the sender. */
  perSecond: number;
  /** How many calls to the network run at the same time. */
  atOnce: number;
  meaningOf: MeaningOf;
  /**
   * Uploads what the network does not have yet, and returns the network's names of the images. May take long, and is
   * safe to repeat. The signal ends the wait.
   */
  prepareImages(
    community: Community,
    userId: string,
    imageIds: string[],
    signal: AbortSignal,
  ): Promise<{ kind: 'ready'; attachments: string[] } | UploadRefusal>;
  /** Makes one call. @param attachments of `prepareImages`. */
  send(
    community: Community,
    userId: string,
    message: OutgoingService,
    attachments: string[],
    options: Pick<CallOptions, 'signal' | 'mayCall'>,
  ): Promise<SendOutcome>;
  findSent(community: Community, userId: string, query: TryQuery): Promise<SentLookup>;
}

export function createOwnApiChannel(
  deps: UsableDeps & Pick<OwnApiNeeds, 'userIdOf'>,
  api: OwnApi,
): ServiceChannel {
  async function sendOne(community: Community, message: OutgoingService): Promise<ServiceOutcome> {
    const userId = await deps.userIdOf(message.phone);
    if (message.direction === 'oneWay')
      return { kind: 'undelivered', code: 'oneWayNeedsGateway', networkCode: null };
    if (userId === null) return { kind: 'undelivered', code: 'userIdUnknown', networkCode: null };
    const signal = AbortSignal.timeout(message.ttlSeconds * 1000);
    const images = await api.prepareImages(community, userId, message.imageIds, signal);
    if (images.kind !== 'ready') return toServiceOutcome(images);
    return toServiceOutcome(await api.send(community, userId, message, images.attachments, { signal }));
  }

  return {
    mostPerCall: api.perSecond,
    perSecond: api.perSecond,
    reportsDelivery: false,
    leastTtlSeconds: 1,
    checksPhones: false,
    canSend: async (ref) => (await usableCommunity(deps, ref)) !== null,

    async send(ref, messages) {
      const community = await usableCommunity(deps, ref);
      if (!community) return messages.map(() => ({ kind: 'communityStopped', networkCode: null }));
      const outcomes: ServiceOutcome[] = [];
      while (outcomes.length < messages.length) {
        const next = messages.slice(outcomes.length, outcomes.length + api.atOnce);
        outcomes.push(...(await Promise.all(next.map((message) => sendOne(community, message)))));
        const stop = outcomes.find((outcome) => outcome.kind === 'communityStopped');
        if (!stop) continue;
        // Stored and logged once, however many calls were in flight.
        if (stop.networkCode !== null)
          await keepStop({ ...deps, meaningOf: api.meaningOf }, community, Number(stop.networkCode));
        // The network would refuse the remaining messages too.
        while (outcomes.length < messages.length) outcomes.push(stop);
      }
      return outcomes;
    },

    async findSent(ref, messages) {
      const community = await usableCommunity(deps, ref);
      if (!community) return messages.map(() => ({ kind: 'unknown' }));
      const lookups: SentLookup[] = [];
      for (const query of messages) {
        const userId = await deps.userIdOf(query.phone);
        lookups.push(userId === null ? { kind: 'absent' } : await api.findSent(community, userId, query));
      }
      return lookups.map((each) => {
        if (each.kind === 'found') return { kind: 'found', externalId: each.externalId };
        return { kind: each.kind === 'absent' ? 'absent' : 'unknown' };
      });
    },
  };
}

const endCodes: Partial<Record<string, EndCode>> = {
  clientForbidsMessages: 'clientForbidsMessages',
  clientGone: 'notInNetwork',
  contentRefused: 'contentRefused',
};

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

/** A text button's payload, as the gateway sends it. It links the press to its message (N6, replies in place). */
export function buttonPayload({ messageId, tryKey }: OutgoingService, button: number): string {
  return JSON.stringify({ notify: { messageId: messageId.toHexString(), clientMessageId: tryKey, button } });
}
