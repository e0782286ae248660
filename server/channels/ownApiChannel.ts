/**
 * Service messages by a community's own API, for people whose user id is known: the way where no gateway is set up.
 * What a community writes itself stands in the dialogue, where it can be answered, and no network reports its delivery.
 */
import type { Community } from '../communities/community.model.ts';
import type { OutgoingFile, SendOutcome, SentLookup } from '../conversations/outbox/channel.ts';
import type { OutgoingService, ServiceChannel, ServiceOutcome } from '../serviceMessages/serviceChannel.ts';
import type { EndCode } from '../serviceMessages/serviceMessage.model.ts';
import type { MeaningOf } from './calls.ts';
import { keepStop, type UsableDeps, usableCommunity } from './usableCommunity.ts';

/** What only the rest of the desk knows. */
export interface OwnApiNeeds {
  /** The client's id in this network; null when nothing ties the phone to one. */
  userIdOf(phone: string): Promise<string | null>;
  imagesOf(imageIds: string[]): Promise<OutgoingFile[]>;
}

export type TryQuery = Parameters<ServiceChannel['findSent']>[1][number];

/** What each network does in its own way. */
export interface OwnApi {
  /** The most messages of one community in a second, and in one call of the sender. */
  perSecond: number;
  /** How many calls run side by side. */
  atOnce: number;
  meaningOf: MeaningOf;
  send(community: Community, userId: string, message: OutgoingService): Promise<SendOutcome>;
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
    return toServiceOutcome(await api.send(community, userId, message));
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
        // Said once, however many calls were under way.
        if (stop.networkCode !== null)
          await keepStop({ ...deps, meaningOf: api.meaningOf }, community, Number(stop.networkCode));
        // The others would only be refused as well.
        while (outcomes.length < messages.length) outcomes.push(stop);
      }
      return outcomes;
    },

    async findSent(ref, messages) {
      const community = await usableCommunity(deps, ref);
      if (!community) return messages.map(() => ({ kind: 'unknown' }));
      const found: SentLookup[] = [];
      for (const query of messages) {
        const userId = await deps.userIdOf(query.phone);
        found.push(userId === null ? { kind: 'absent' } : await api.findSent(community, userId, query));
      }
      return found.map((each) => {
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

/** What a text button carries, as the gateway's would: its press finds the message (N6). */
export function buttonPayload({ messageId, tryKey }: OutgoingService, button: number): string {
  return JSON.stringify({ notify: { messageId: messageId.toHexString(), clientMessageId: tryKey, button } });
}
