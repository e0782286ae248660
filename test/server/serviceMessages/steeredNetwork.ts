/**
 * A network that the test controls: it keeps one entry per try, and fails, loses answers or stops on demand. It
 * stands in for a gateway, behind the channel's contract.
 */
import type { CommunityRef } from '../../../server/communities/communityRef.ts';
import type {
  Call,
  OutgoingService,
  Preparable,
  Preparation,
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
  settleMs: number;
  /** When true, look-ups get no answer. */
  isMute: boolean;
  /** How preparing a message goes; ready by default. */
  prepares(message: Preparable): Preparation;
  /** Runs between the guard's yes and what the network does, and before each guard. */
  beforeGuard(): Promise<void> | void;
  whileCalling(): Promise<void> | void;
  /** Resets it: accepts everything at any speed, and has no messages. */
  asUsual(): void;
}

const usual = () => ({
  behaves: { vk: 'takes', ok: 'takes' } satisfies SteeredNetwork['behaves'],
  perSecond: Number.POSITIVE_INFINITY,
  reportsDelivery: true,
  leastTtlSeconds: 1,
  checksPhones: true,
  settleMs: 0,
  isMute: false,
  prepares: (): Preparation => ({ kind: 'ready' }),
  beforeGuard: () => undefined,
  whileCalling: () => undefined,
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
    { tryKey, messageId, phone }: OutgoingService,
    ttlSeconds: number,
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
    get settleMs() {
      return network.settleMs;
    },
    canSend: async () => true,
    prepare: async (_community, messages) => messages.map((message) => network.prepares(message)),
    async send(community, messages, call) {
      await call.mark(messages);
      await network.beforeGuard();
      const behaviour = network.behaves[community.network];
      const ttls = ttlsOf(messages, call);
      const at = new Date();
      for (const [{ tryKey }, ttlSeconds] of ttls) network.asked.push({ tryKey, at, ttlSeconds });
      if (behaviour === 'callerDiesBefore') throw new Error('the caller died before the call');
      await network.whileCalling();
      const outcomes = messages.map((message): ServiceOutcome => {
        const ttlSeconds = ttls.get(message);
        if (ttlSeconds === undefined) return { kind: 'notCalled' };
        switch (behaviour) {
          case 'later':
            return { kind: 'later', afterMs: null };
          case 'refuses':
            return { kind: 'undelivered', code: 'notInNetwork', networkCode: 'NOT_IN_NETWORK' };
          case 'stopped':
            return { kind: 'communityStopped', networkCode: '5' };
          default: {
            const { externalId } = accept(community, message, ttlSeconds);
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
        if (network.isMute) return { kind: 'unknown' };
        return known ? { kind: 'found', externalId: known.externalId } : { kind: 'absent' };
      }),
  };
  return network;
}

function ttlsOf(messages: OutgoingService[], call: Call): Map<OutgoingService, number> {
  return new Map(
    messages.flatMap((message) => {
      const ttlSeconds = call.ttlSecondsOf(message);
      return ttlSeconds === null ? [] : [[message, ttlSeconds] as const];
    }),
  );
}
