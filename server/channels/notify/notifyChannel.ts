/** The service channel that sends to phone numbers through the gateway. */
import { type Model, Types } from 'mongoose';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { findCommunity } from '../../communities/listCommunities.ts';
import type { Logger } from '../../observability/logger.ts';
import type {
  Call,
  OutgoingService,
  Preparation,
  Receipt,
  ServiceChannel,
  ServiceLookup,
  ServiceOutcome,
} from '../../serviceMessages/sending/serviceChannel.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { type Called, callGateway } from './call.ts';
import type { Dialect } from './dialect.ts';
import { statusUrlOf } from './gatewaySettings.ts';
import { toReceipt } from './receipt.ts';
import {
  createTemplateRegistrar,
  gatewayTemplateName,
  type TemplateSource,
  type VersionOf,
} from './registerTemplates.ts';
import { type LookedUp, lookUpAnswer, sendAnswer } from './schema.ts';
import { type GatewaySettings, openGatewaySettings } from './settings.ts';

export interface NotifyChannelDeps {
  communities: Model<Community>;
  sealing: Sealing;
  dialect: Dialect;
  templates: TemplateSource;
  /** The address at which the gateway reaches this desk. */
  publicUrl: string;
  /** Called when the gateway refused the whole community. */
  onStopped(communityId: string, networkCode: string | null): Promise<void>;
  logger: Logger;
}

/** With this many ids the URL stays below the usual limits of proxies. */
const LOOK_UP_AT_ONCE = 100;

export function createNotifyChannel(deps: NotifyChannelDeps): ServiceChannel {
  const { communities, sealing, dialect, publicUrl, logger } = deps;
  const registrar = createTemplateRegistrar(dialect, deps.templates, (error) =>
    logger.warn({ err: error }, 'registering a template at the gateway failed; it is tried again'),
  );

  async function settingsOf({ id }: CommunityRef): Promise<GatewaySettings | null> {
    const community = await findCommunity(communities, id);
    return community && !community.notify?.stopped ? openGatewaySettings(community, sealing) : null;
  }

  async function stop(community: CommunityRef, networkCode: string | null): Promise<ServiceOutcome> {
    await deps.onStopped(community.id, networkCode);
    return { kind: 'communityStopped', networkCode };
  }

  /** One outcome for every message of a request that failed as a whole. */
  async function outcomeOfCall(
    community: CommunityRef,
    called: Exclude<Called, { kind: 'answered' }>,
  ): Promise<ServiceOutcome> {
    switch (called.kind) {
      case 'unreachable':
        return { kind: 'later', afterMs: null };
      case 'notCalled':
        return called;
      case 'lost':
        return { kind: 'unknown' };
      case 'refused':
        logger.warn(
          { communityId: community.id, status: called.httpStatus, code: called.code },
          'the gateway refused a request',
        );
        if (called.httpStatus === 401 || called.httpStatus === 403) return stop(community, called.code);
        return { kind: 'later', afterMs: called.retryAfterMs };
    }
  }

  /** Makes one call for the messages that may be handed over at the moment at which it is written. */
  async function sendAll(
    community: CommunityRef,
    settings: GatewaySettings,
    messages: OutgoingService[],
    call: Call,
  ): Promise<Map<OutgoingService, ServiceOutcome>> {
    await call.mark(messages);
    let handed: OutgoingService[] = [];
    const called = await callGateway(settings, 'POST', dialect.sendPath, {
      signal: call.signalFor(messages),
      json() {
        const told = messages.flatMap((message) => {
          const ttl = call.ttlSecondsOf(message);
          return ttl === null ? [] : [{ message, ttl }];
        });
        handed = told.map(({ message }) => message);
        if (handed.length === 0) return null;
        return { messages: told.map(({ message, ttl }) => toGateway(community, settings, message, ttl)) };
      },
    });
    const outcomes = await outcomesOf(community, settings, handed, called);
    return new Map(handed.map((message, at) => [message, outcomes[at]!]));
  }

  /** One outcome for each message that the call contained. */
  async function outcomesOf(
    community: CommunityRef,
    settings: GatewaySettings,
    messages: OutgoingService[],
    called: Called,
  ): Promise<ServiceOutcome[]> {
    if (called.kind !== 'answered') {
      const outcome = await outcomeOfCall(community, called);
      return messages.map(() => outcome);
    }
    const read = sendAnswer.safeParse(called.body);
    // An unreadable answer does not show which messages were accepted.
    if (!read.success || read.data.result.length !== messages.length)
      return messages.map(() => ({ kind: 'unknown' }));
    return Promise.all(
      read.data.result.map(async ({ code, messageId }, at): Promise<ServiceOutcome> => {
        if (code === 'OK' && messageId !== undefined) return { kind: 'sent', externalId: messageId };
        if (dialect.stops.includes(code)) return stop(community, code);
        if (code === dialect.templateUnknown && dialect.templatesPath !== null) {
          registrar.forget(settings, messages[at]!);
          return { kind: 'later', afterMs: null };
        }
        return { kind: 'undelivered', code: refusalOf(code), networkCode: code };
      }),
    );
  }

  function toGateway(
    { id, network }: CommunityRef,
    { service }: GatewaySettings,
    message: OutgoingService,
    ttl: number,
  ) {
    return {
      phone: message.phone,
      service,
      tmpl: gatewayTemplateName(dialect, message),
      tmpl_data: message.variables,
      // One network per try: the desk chooses the next network (N24, VK then OK) and records each try in the history.
      routes: [dialect.routes[network]],
      ttl,
      delivery_policy: dialect.policies[message.deliveryPolicy],
      status_url: statusUrlOf(publicUrl, id),
      // VK copies the session's id into the answer's `message_tag` (reference, section 1.2).
      callbackData: { clientMessageId: message.tryKey, session_id: message.messageId.toHexString() },
    };
  }

  async function preparationOf(
    community: CommunityRef,
    settings: GatewaySettings,
    version: VersionOf,
    signal: AbortSignal,
  ): Promise<Preparation> {
    const known = registrar.get(settings, version, signal);
    if (known.kind === 'underWay') return known;
    const { value } = known;
    if (value.kind === 'registered') return { kind: 'ready' };
    if (value.kind === 'refused') return { kind: 'undelivered', code: 'contentRefused', networkCode: null };
    registrar.forget(settings, version);
    await deps.onStopped(community.id, value.networkCode);
    return { kind: 'communityStopped', networkCode: value.networkCode };
  }

  const refusalOf = (code: string) =>
    (Object.hasOwn(dialect.refusals, code) && dialect.refusals[code]) || 'networkRefused';

  /** Asks for the messages of these keys, many at once. `found` is null where the gateway did not say. */
  async function* lookUp(
    community: CommunityRef,
    tryKeys: readonly string[],
  ): AsyncGenerator<{ tryKeys: readonly string[]; found: LookedUp[] | null }> {
    const settings = await settingsOf(community);
    for (let from = 0; from < tryKeys.length; from += LOOK_UP_AT_ONCE) {
      const asked = tryKeys.slice(from, from + LOOK_UP_AT_ONCE);
      const called = settings
        ? await callGateway(settings, 'GET', dialect.lookUpPath, {
            query: asked.map((tryKey) => ['clientMessageId', tryKey] as const),
          })
        : null;
      const read = called?.kind === 'answered' ? lookUpAnswer.safeParse(called.body) : null;
      yield { tryKeys: asked, found: read?.data?.messages ?? null };
    }
  }

  return {
    mostPerCall: dialect.mostPerCall,
    perSecond: dialect.perSecond,
    reportsDelivery: true,
    leastTtlSeconds: dialect.leastTtlSeconds,
    settleMs: dialect.settleMs,
    checksPhones: true,
    canSend: async (community) => (await settingsOf(community)) !== null,

    async prepare(community, messages, signal) {
      const settings = dialect.templatesPath === null ? null : await settingsOf(community);
      if (!settings) return messages.map(() => ({ kind: 'ready' }));
      return Promise.all(messages.map((message) => preparationOf(community, settings, message, signal)));
    },

    async send(community, messages, call) {
      const settings = await settingsOf(community);
      if (!settings) return messages.map(() => ({ kind: 'communityStopped', networkCode: null }));
      const outcomes = await sendAll(community, settings, messages, call);
      return messages.map((message) => outcomes.get(message) ?? { kind: 'notCalled' });
    },

    async findSent(community, messages) {
      const lookups: ServiceLookup[] = [];
      for await (const { tryKeys, found } of lookUp(
        community,
        messages.map(({ tryKey }) => tryKey),
      )) {
        const known = new Map(found?.map(({ clientMessageId, messageId }) => [clientMessageId, messageId]));
        for (const tryKey of tryKeys) {
          const externalId = known.get(tryKey);
          if (!found) lookups.push({ kind: 'unknown' });
          else lookups.push(externalId === undefined ? { kind: 'absent' } : { kind: 'found', externalId });
        }
      }
      return lookups;
    },

    async reportsOf(community, tryKeys) {
      const communityId = new Types.ObjectId(community.id);
      const receipts: Receipt[] = [];
      for await (const { found } of lookUp(community, tryKeys))
        for (const { messageId, clientMessageId, status, statusCode, history } of found ?? []) {
          if (status === undefined || clientMessageId === undefined) continue;
          const time = history.findLast((line) => line.status === status)?.time;
          const callback = { messageId, status, statusCode, time, callbackData: { clientMessageId } };
          receipts.push(toReceipt(communityId, dialect, callback, 'lookup'));
        }
      return receipts;
    },
  };
}
