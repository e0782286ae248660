/**
 * Compares what the networks hold with what the desk shows: nothing late, nothing twice, no sixth, nothing denied
 * that the client has, and every unit of quota right. The networks' side is read from the sandbox alone.
 */
import { quotaModel } from '../../server/serviceMessages/quota/quota.model.ts';
import { createQuota, quotaLimits } from '../../server/serviceMessages/quota/quota.ts';
import { findHolders } from '../../server/serviceMessages/quota/units.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../server/serviceMessages/serviceMessage.model.ts';
import type { HandOver } from '../../shared/sandboxNotify.ts';
import { GROUP_ID, OK_GROUP_ID, type SlowDesks } from './slowDesks.ts';

export interface Findings {
  /** Messages accepted by the desks, and calls that brought messages to the networks. */
  accepted: number;
  handedOver: number;
  onPhones: number;
  statuses: Record<string, number>;
  /** Handed over after their time, or with a TTL that ends later than theirs. */
  late: string[];
  /** On a phone more than once, or handed to the gateway although it had them. */
  twice: string[];
  /** Clients with more than five messages of one community. */
  sixth: string[];
  /** Shown as expired or undelivered, while the client has them. */
  denied: string[];
  /** Shown with times before they were accepted, or in the future. */
  wrongTimes: string[];
  /** Clients whose units differ from the messages that they have or may get. */
  unitsWrong: string[];
}

/** The desks and the sandbox share a machine; the desk's clock follows the store's within half a second. */
const CLOCKS_MS = 1_000;
/** A TTL of the gateway's least is rounded up by less than a second (ADR 18). */
const LEAST_TTL_S = 15;
const textOf = (order: string) => `Заказ ${order} готов`;
const mayHaveArrived = ['arrivedLate', 'outcomeUnknown'];

export async function findBroken({ connection, control, clients, hasGateway }: SlowDesks): Promise<Findings> {
  const serviceMessages = serviceMessageModel(connection);
  const messages = await serviceMessages.find().lean<ServiceMessage[]>();
  const quota = createQuota({ quota: quotaModel(connection), holders: findHolders(serviceMessages) });

  const byText = new Map(messages.map((message) => [textOf(message.variables.order!), message]));
  const byKey = new Map(
    messages.map((message) => [`${message._id.toHexString()}.${message.tries.at(-1)!.network}`, message]),
  );
  const handOvers = control.handOvers().flatMap((each) => {
    const message = byKey.get(each.message) ?? byText.get(each.message);
    return message ? [{ ...each, of: message }] : [];
  });

  const phones = clients.flatMap((client) => [
    { ...client, network: 'vk' as const, texts: textsInVk(client.userId) },
    { ...client, network: 'ok' as const, texts: textsInOk(client.userId) },
  ]);
  const timesOnPhone = new Map<string, number>();
  for (const { texts } of phones)
    for (const text of texts) timesOnPhone.set(text, (timesOnPhone.get(text) ?? 0) + 1);

  function textsInVk(userId: number): string[] {
    return control
      .snapshot({ groupId: GROUP_ID, userId })
      .messages.filter(({ out }) => out === 1)
      .flatMap(({ text }) => (byText.has(text) ? [text] : []));
  }

  function textsInOk(userId: number): string[] {
    return control
      .okSnapshot({ okGroupId: OK_GROUP_ID, userId })
      .messages.flatMap(({ text, isFromGroup }) => (isFromGroup && byText.has(text) ? [text] : []));
  }

  const unitsWrong: string[] = [];
  for (const { phone, network, texts, userId } of phones) {
    const own = messages.filter(
      ({ variables, route }) =>
        variables.order!.startsWith(`${userId - clients[0]!.userId}-`) && route[0]!.network === network,
    );
    const [first] = own;
    if (!first) continue;
    const taken = own.filter((message) => !isOver(message)).length;
    const { left } = await quota.left(first.communityId, first.phoneIndex);
    const shouldBeLeft = Math.max(0, quotaLimits.unitsPerWindow - taken);
    if (left !== shouldBeLeft || texts.length > quotaLimits.unitsPerWindow - left)
      unitsWrong.push(`${phone} ${network}: ${left} left, ${taken} counted, ${texts.length} on the phone`);
  }

  const repeated = hasGateway ? control.gatewayCounters().repeated : 0;
  const now = Date.now();
  const statuses: Record<string, number> = {};
  for (const { status, endCode } of messages) {
    const shown = endCode ? `${status} ${endCode}` : status;
    statuses[shown] = (statuses[shown] ?? 0) + 1;
  }
  return {
    accepted: messages.length,
    handedOver: handOvers.length,
    onPhones: [...timesOnPhone.values()].reduce((sum, times) => sum + times, 0),
    statuses,
    late: handOvers.flatMap((each) => lateness(each) ?? []),
    twice: [
      ...[...timesOnPhone].flatMap(([text, times]) => (times > 1 ? [`${text}: ${times} times`] : [])),
      ...(repeated > 0 ? [`${repeated} were handed to the gateway again`] : []),
    ],
    sixth: phones.flatMap(({ phone, network, texts }) =>
      texts.length > quotaLimits.unitsPerWindow ? [`${phone} ${network}: ${texts.length}`] : [],
    ),
    denied: messages.flatMap((message) =>
      isOver(message) && timesOnPhone.has(textOf(message.variables.order!))
        ? [`${message.variables.order}: ${message.status} ${message.endCode}`]
        : [],
    ),
    wrongTimes: messages.flatMap(({ variables, statusAt, acceptedAt }) =>
      statusAt.getTime() < acceptedAt.getTime() || statusAt.getTime() > now + CLOCKS_MS
        ? [`${variables.order}: ${statusAt.toISOString()}`]
        : [],
    ),
    unitsWrong,
  };
}

/** The desk says that the client does not have it. */
function isOver({ status, endCode }: ServiceMessage): boolean {
  return ['expired', 'undelivered'].includes(status) && !mayHaveArrived.includes(endCode ?? '');
}

function lateness({ of, arrivedAtMs, ttlSeconds }: HandOver & { of: ServiceMessage }): string | null {
  const overMs = arrivedAtMs - of.expiresAt.getTime();
  if (overMs > CLOCKS_MS) return `${of.variables.order}: ${Math.round(overMs / 100) / 10} s`;
  if (ttlSeconds === null) return null;
  const roundedMs = ttlSeconds === LEAST_TTL_S ? 1_000 : 0;
  const endsLaterMs = overMs + ttlSeconds * 1000 - roundedMs;
  return endsLaterMs > CLOCKS_MS
    ? `${of.variables.order}: told a TTL that ends ${Math.round(endsLaterMs / 100) / 10} s later`
    : null;
}
