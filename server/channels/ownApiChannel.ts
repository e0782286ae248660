/**
 * Sends service messages through a community's own API to clients whose user id is known, where no gateway is set up.
 * Such a message appears in the dialogue, where the client can answer it; the networks do not report its delivery.
 */
import type { Community } from '../communities/community.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { OutgoingFile, SendOutcome, SentLookup } from '../conversations/outbox/channel.ts';
import type {
  Call,
  OutgoingService,
  Preparable,
  Preparation,
  ServiceChannel,
  ServiceOutcome,
} from '../serviceMessages/sending/serviceChannel.ts';
import type { EndCode } from '../serviceMessages/serviceMessage.model.ts';
import type { CallOptions, MeaningOf } from './calls.ts';
import { createPreparations } from './preparations.ts';
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
  /** See `ServiceChannel.settleMs`. */
  settleMs: number;
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

/** A message whose details are known: its call can be made. */
interface ReadyCall {
  kind: 'ready';
  userId: string;
  attachments: string[];
}

type UnsendableReason = Extract<ServiceOutcome, { kind: 'undelivered' }>;

/** For all messages of this time; then the network is asked again. */
const REFUSAL_KEPT_MS = 60_000;
/** The images of a template are asked for again after this; the network's own names of them are kept elsewhere. */
const IMAGES_KEPT_MS = 10 * 60_000;

export function createOwnApiChannel(
  deps: UsableDeps & Pick<OwnApiNeeds, 'userIdOf'>,
  api: OwnApi,
): ServiceChannel {
  const { communities, logger } = deps;
  const preparedImages = createPreparations<UnsendableReason | null>({
    keptMs: (reason) => (reason === null ? IMAGES_KEPT_MS : REFUSAL_KEPT_MS),
    logFailure: (error) =>
      logger.warn({ err: error }, "uploading a template's images failed; it is tried again"),
  });

  /** Uploads the images for whoever gets them first: the network's names serve all messages of the community. */
  async function prepareOne(
    ref: CommunityRef,
    { imageIds, direction, phone }: Preparable,
    signal: AbortSignal,
  ): Promise<Preparation> {
    if (imageIds.length === 0 || direction === 'oneWay') return { kind: 'ready' };
    const userId = await deps.userIdOf(phone());
    if (userId === null) return { kind: 'ready' };
    const known = preparedImages.get([ref.id, ...imageIds].join(' '), signal, async (ending) => {
      const community = await usableCommunity({ communities }, ref);
      if (!community) return { kind: 'later', afterMs: null };
      const images = await api.prepareImages(community, userId, imageIds, ending);
      if (images.kind === 'ready') return { kind: 'ready', value: null };
      const outcome = toServiceOutcome(images);
      if (outcome.kind === 'undelivered') return { kind: 'ready', value: outcome };
      await keepStopOf(community, outcome);
      return { kind: 'later', afterMs: outcome.kind === 'later' ? outcome.afterMs : null };
    });
    if (known.kind === 'underWay') return known;
    return known.value ?? { kind: 'ready' };
  }

  /** Everything that must be read before the call. */
  async function readyCall(
    community: Community,
    message: OutgoingService,
    signal: AbortSignal,
  ): Promise<ReadyCall | ServiceOutcome> {
    if (message.direction === 'oneWay')
      return { kind: 'undelivered', code: 'oneWayNeedsGateway', networkCode: null };
    const userId = await deps.userIdOf(message.phone);
    if (userId === null) return { kind: 'undelivered', code: 'userIdUnknown', networkCode: null };
    const { imageIds } = message;
    if (imageIds.length === 0) return { kind: 'ready', userId, attachments: [] };
    const images = await api.prepareImages(community, userId, imageIds, signal);
    if (images.kind !== 'ready') return toServiceOutcome(images);
    return { kind: 'ready', userId, attachments: images.attachments };
  }

  async function makeCall(
    community: Community,
    message: OutgoingService,
    { userId, attachments }: ReadyCall,
    call: Call,
  ): Promise<ServiceOutcome> {
    let isAllowed = true;
    let isMade = false;
    const outcome = await api.send(community, userId, message, attachments, {
      signal: call.signalFor([message]),
      mayCall() {
        isAllowed = call.ttlSecondsOf(message) !== null;
        isMade ||= isAllowed;
        return isAllowed;
      },
    });
    // The network never heard of it, whatever the failed call looks like from here.
    if (!isMade && (!isAllowed || outcome.kind === 'unknown')) return { kind: 'notCalled' };
    return toServiceOutcome(outcome);
  }

  async function sendSome(
    community: Community,
    messages: OutgoingService[],
    call: Call,
  ): Promise<ServiceOutcome[]> {
    const signal = call.signalFor(messages);
    const ready = await Promise.all(messages.map((message) => readyCall(community, message, signal)));
    await call.mark(messages.filter((_, at) => ready[at]!.kind === 'ready'));
    return Promise.all(
      ready.map((each, at) =>
        each.kind === 'ready' ? makeCall(community, messages[at]!, each, call) : each,
      ),
    );
  }

  async function keepStopOf(community: Community, outcome: ServiceOutcome): Promise<void> {
    if (outcome.kind !== 'communityStopped' || outcome.networkCode === null) return;
    await keepStop({ ...deps, meaningOf: api.meaningOf }, community, Number(outcome.networkCode));
  }

  return {
    mostPerCall: api.perSecond,
    perSecond: api.perSecond,
    reportsDelivery: false,
    leastTtlSeconds: 1,
    settleMs: api.settleMs,
    checksPhones: false,
    canSend: async (ref) => (await usableCommunity(deps, ref)) !== null,

    prepare: (ref, messages, signal) =>
      Promise.all(messages.map((message) => prepareOne(ref, message, signal))),

    async send(ref, messages, call) {
      const community = await usableCommunity(deps, ref);
      if (!community) return messages.map(() => ({ kind: 'communityStopped', networkCode: null }));
      const outcomes: ServiceOutcome[] = [];
      while (outcomes.length < messages.length) {
        const next = messages.slice(outcomes.length, outcomes.length + api.atOnce);
        outcomes.push(...(await sendSome(community, next, call)));
        const stop = outcomes.find((outcome) => outcome.kind === 'communityStopped');
        if (!stop) continue;
        // Stored and logged once, however many calls were in flight.
        await keepStopOf(community, stop);
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
        // Its bond may have been undone since the call.
        lookups.push(userId === null ? { kind: 'unknown' } : await api.findSent(community, userId, query));
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
