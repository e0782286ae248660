/**
 * A network that the test controls: it keeps one entry per try, and fails, loses answers or stops on demand. It
 * stands in for a gateway, behind the channel's contract.
 */
import type { CommunityRef } from '../../../server/communities/communityRef.ts';
import type {
  OutgoingService,
  ServiceChannel,
  ServiceChannels,
  ServiceOutcome,
} from '../../../server/serviceMessages/sending/serviceChannel.ts';

export interface AcceptedSend {
  community: CommunityRef;
  tryKey: string;
  messageId: string;
  phone: string;
  at: Date;
  ttlSeconds: number;
  externalId: string;
  /** A real network ignores a repeated key, but the desk must not rely on that. */
  timesHanded: number;
}

export type Behaviour =
  | 'takes'
  /** Accepts the message, but its answer is lost. */
  | 'takesSilently'
  /** The calling process dies after the network accepted the message. */
  | 'callerDiesAfter'
  | 'callerDiesBefore'
  | 'later'
  | 'refuses'
  | 'stopped';

export interface SteeredNetwork {
  channels: ServiceChannels;
  /** What it accepted, one entry per try, in order. */
  accepted: AcceptedSend[];
  /** Every message of every call, accepted or not. */
  asked: { tryKey: string; at: Date; ttlSeconds: number }[];
  /** How the next calls go, by network; `takes` by default. */
  behaves: { vk: Behaviour; ok: Behaviour };
  perSecond: number;
  reportsDelivery: boolean;
  leastTtlSeconds: number;
  checksPhones: boolean;
  /** Resets it: accepts everything at any speed, and has no messages. */
  asUsual(): void;
}

const usual = () => ({
  behaves: { vk: 'takes', ok: 'takes' } satisfies SteeredNetwork['behaves'],
  perSecond: Number.POSITIVE_INFINITY,
  reportsDelivery: true,
  leastTtlSeconds: 1,
  checksPhones: true,
});

export function steeredNetwork(): SteeredNetwork {
  const byKey = new Map<string, AcceptedSend>();
  const network: SteeredNetwork = {
    accepted: [],
    asked: [],
    ...usual(),
    channels: { forCommunity: async () => channel },
    asUsual() {
      network.accepted.length = 0;
      network.asked.length = 0;
      Object.assign(network, usual());
    },
  };

  function accept(
    community: CommunityRef,
    { tryKey, messageId, phone, ttlSeconds }: OutgoingService,
  ): AcceptedSend {
    const known = byKey.get(tryKey);
    if (known) {
      known.timesHanded += 1;
      return known;
    }
    const externalId = `${community.network}${byKey.size + 1}`;
    const accepted: AcceptedSend = {
      community,
      tryKey,
      messageId: messageId.toHexString(),
      phone,
      at: new Date(),
      ttlSeconds,
      externalId,
      timesHanded: 1,
    };
    byKey.set(tryKey, accepted);
    network.accepted.push(accepted);
    return accepted;
  }

  const channel: ServiceChannel = {
    mostPerCall: 100,
    get perSecond() {
      return network.perSecond;
    },
    get reportsDelivery() {
      return network.reportsDelivery;
    },
    get leastTtlSeconds() {
      return network.leastTtlSeconds;
    },
    get checksPhones() {
      return network.checksPhones;
    },
    canSend: async () => true,
    async send(community, messages) {
      const behaviour = network.behaves[community.network];
      for (const { tryKey, ttlSeconds } of messages)
        network.asked.push({ tryKey, at: new Date(), ttlSeconds });
      if (behaviour === 'callerDiesBefore') throw new Error('the caller died before the call');
      const outcomes = messages.map((message): ServiceOutcome => {
        switch (behaviour) {
          case 'later':
            return { kind: 'later', afterMs: null };
          case 'refuses':
            return { kind: 'undelivered', code: 'notInNetwork', networkCode: 'NOT_IN_NETWORK' };
          case 'stopped':
            return { kind: 'communityStopped', networkCode: '5' };
          default: {
            const { externalId } = accept(community, message);
            return behaviour === 'takesSilently' ? { kind: 'unknown' } : { kind: 'sent', externalId };
          }
        }
      });
      if (behaviour === 'callerDiesAfter') throw new Error('the caller died after the call');
      return outcomes;
    },
    findSent: async (_community, messages) =>
      messages.map(({ tryKey }) => {
        const known = byKey.get(tryKey);
        return known ? { kind: 'found', externalId: known.externalId } : { kind: 'absent' };
      }),
  };
  return network;
}
