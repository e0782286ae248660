/**
 * A network that the test controls: it keeps one entry per try, and fails, loses answers or stops on demand. It
 * stands in for a gateway, behind the channel's contract.
 */
import { setTimeout } from 'node:timers/promises';
import { Types } from 'mongoose';
import type { CommunityRef } from '../../../server/communities/communityRef.ts';
import type {
  Call,
  OutgoingService,
  Preparable,
  Preparation,
  Receipt,
  ServiceChannel,
  ServiceChannels,
  ServiceLookup,
  ServiceOutcome,
} from '../../../server/serviceMessages/sending/serviceChannel.ts';
import { currentTime } from '../../../server/work/clock.ts';

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

/** `work`: from the request to what the network does; `answer`: from there to the answer. */
export type SlowStep = 'connect' | 'work' | 'answer' | 'lookUp';

export interface SteeredNetwork {
  channels: ServiceChannels;
  /** What it accepted, one entry per try, in order. */
  accepted: AcceptedSend[];
  /** Every message of every call, accepted or not. */
  asked: { tryKey: string; messageId: string; at: Date; ttlSeconds: number }[];
  /** How the next calls go, by network; `takes` by default. */
  behaves: { vk: Behaviour; ok: Behaviour };
  perSecond: number;
  reportsDelivery: boolean;
  leastTtlSeconds: number;
  checksPhones: boolean;
  settleMs: number;
  /** When true, look-ups get no answer. */
  isMute: boolean;
  /** What it says when it is asked for reports, by the key of the try. Null: it cannot be asked. */
  tells: Map<string, Pick<Receipt, 'status' | 'at'>> | null;
  /** Called once for each message that it accepts. */
  hasAccepted(accepted: AcceptedSend): void;
  /** How preparing a message goes; ready by default. */
  prepares(message: Preparable): Preparation;
  /** How long each step takes, in real time; null: no time. Then a call also ends with its signal. */
  takesMs: ((step: SlowStep, messages: readonly Pick<OutgoingService, 'messageId'>[]) => number) | null;
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
  tells: new Map(),
  takesMs: null,
  hasAccepted: () => undefined,
  prepares: (): Preparation => ({ kind: 'ready' }),
  beforeGuard: () => undefined,
  whileCalling: () => undefined,
});

export function steeredNetwork(): SteeredNetwork {
  const byKey = new Map<string, AcceptedSend>();
  const pass = async (step: SlowStep, messages: readonly OutgoingService[] = []) => {
    if (network.takesMs) await setTimeout(network.takesMs(step, messages));
  };
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
      at: currentTime(),
      ttlSeconds,
      externalId,
      timesHanded: 1,
    };
    byKey.set(tryKey, accepted);
    network.accepted.push(accepted);
    network.hasAccepted(accepted);
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
      await pass('connect', messages);
      const behaviour = network.behaves[community.network];
      const signal = call.signalFor(messages);
      const ttls = ttlsOf(messages, call);
      const at = currentTime();
      for (const [{ tryKey, messageId }, ttlSeconds] of ttls)
        network.asked.push({ tryKey, messageId: messageId.toHexString(), at, ttlSeconds });
      if (behaviour === 'callerDiesBefore') throw new Error('the caller died before the call');
      const answer = carryOut(community, messages, ttls, behaviour);
      return network.takesMs ? Promise.race([answer, endOf(signal, messages, ttls)]) : answer;
    },
    get reportsOf() {
      const { tells } = network;
      if (!tells) return undefined;
      return async (community: CommunityRef, tryKeys: readonly string[]) => {
        await pass('lookUp');
        return tryKeys.flatMap((key) => {
          const told = network.isMute ? undefined : tells.get(key);
          return told ? [receiptOf(community, key, told)] : [];
        });
      };
    },
    async findSent(_community, messages) {
      await pass('lookUp');
      const lookups = messages.map(({ tryKey }): ServiceLookup => {
        const known = byKey.get(tryKey);
        if (network.isMute) return { kind: 'unknown' };
        return known ? { kind: 'found', externalId: known.externalId } : { kind: 'absent' };
      });
      // What it found may be old when the answer comes.
      await pass('lookUp');
      return lookups;
    },
  };

  /** Goes on to its end, whether or not the caller still waits. */
  async function carryOut(
    community: CommunityRef,
    messages: OutgoingService[],
    ttls: Map<OutgoingService, number>,
    behaviour: Behaviour,
  ): Promise<ServiceOutcome[]> {
    await network.whileCalling();
    if (ttls.size === 0) return messages.map(() => ({ kind: 'notCalled' }));
    await pass('work');
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
    await pass('answer');
    return outcomes;
  }
  return network;
}

function receiptOf(
  { id }: CommunityRef,
  tryKey: string,
  { status, at }: Pick<Receipt, 'status' | 'at'>,
): Receipt {
  const about = { communityId: new Types.ObjectId(id), externalId: null, tryKey, status, at };
  return { ...about, code: null, networkCode: null, source: 'lookup' };
}

/** What a caller knows whose signal ended the call: what was handed over may have arrived. */
function endOf(
  signal: AbortSignal,
  messages: OutgoingService[],
  ttls: Map<OutgoingService, number>,
): Promise<ServiceOutcome[]> {
  const outcomes = messages.map(
    (message): ServiceOutcome => ({ kind: ttls.has(message) ? 'unknown' : 'notCalled' }),
  );
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(outcomes), { once: true }));
}

function ttlsOf(messages: OutgoingService[], call: Call): Map<OutgoingService, number> {
  return new Map(
    messages.flatMap((message) => {
      const ttlSeconds = call.ttlSecondsOf(message);
      return ttlSeconds === null ? [] : [[message, ttlSeconds] as const];
    }),
  );
}
