/** Every message that the gateway accepted: found by its id, by the caller's id, or by its place on a phone. */
import { digitsOf } from '../people.ts';
import type { VkAttachment } from '../vkTypes.ts';
import type { GatewayMessage, MessageState, NoticeStatus, Route, StatusCode } from './protocol.ts';
import { statusCodes } from './protocol.ts';
import type { RenderedButton } from './render.ts';

export interface StatusTransition {
  status: NoticeStatus;
  statusCode?: StatusCode;
  route: Route;
  atMs: number;
}

export interface Notice {
  messageId: string;
  clientMessageId?: string;
  request: GatewayMessage;
  groupId: number | null;
  okGroupId: string | null;
  text: string;
  buttons: RenderedButton[];
  attachments: VkAttachment[];
  oneWay: boolean;
  acceptedAtMs: number;
  expiresAtMs: number;
  /** The network tried now, or the one that was used. */
  route: Route;
  history: StatusTransition[];
  /** Its place once delivered. `place` is a cmid in VK's dialogue, a mid in OK's chat. */
  delivered?: { userId: number; place?: number | string };
}

const finalStatuses: readonly string[] = ['read', 'undelivered', 'expired'];
/** How many finished messages a state file keeps; it keeps every unfinished one. */
const mostSavedFinal = 2000;

export class Ledger {
  readonly #notices = new Map<string, Notice>();
  readonly #byClientId = new Map<string, Notice>();
  readonly byStatus: Record<string, number> = {};

  add(notice: Notice): void {
    this.#notices.set(notice.messageId, notice);
    if (notice.clientMessageId !== undefined)
      this.#byClientId.set(clientKey(notice.request.service, notice.clientMessageId), notice);
  }

  get(messageId: string): Notice | undefined {
    return this.#notices.get(messageId);
  }

  byClientMessageId(service: string, clientMessageId: string): Notice | undefined {
    return this.#byClientId.get(clientKey(service, clientMessageId));
  }

  /** Statuses only go forward: returns false when this one comes too late. */
  advance(notice: Notice, transition: StatusTransition): boolean {
    const last = notice.history.at(-1)?.status;
    if (last && finalStatuses.includes(last)) return false;
    notice.history.push(transition);
    if (last) this.byStatus[last] = (this.byStatus[last] ?? 1) - 1;
    this.byStatus[transition.status] = (this.byStatus[transition.status] ?? 0) + 1;
    return true;
  }

  newest(
    filter: { phone?: string | undefined; clientMessageId?: string | undefined },
    count: number,
  ): Notice[] {
    const phone = filter.phone === undefined ? undefined : digitsOf(filter.phone);
    const matching = [...this.#notices.values()].filter(
      (notice) =>
        (phone === undefined || digitsOf(notice.request.phone) === phone) &&
        (filter.clientMessageId === undefined || notice.clientMessageId === filter.clientMessageId),
    );
    return matching.slice(-count).reverse();
  }

  snapshot(): Notice[] {
    const all = [...this.#notices.values()];
    const from = all.length - mostSavedFinal;
    return all.filter((notice, index) => index >= from || !isFinal(notice));
  }

  restore(saved: Notice[]): void {
    for (const notice of saved) {
      this.add(notice);
      const { status } = currentOf(notice);
      this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
    }
  }
}

export function currentOf(notice: Notice): StatusTransition {
  return notice.history.at(-1) ?? { status: 'sent', route: notice.route, atMs: notice.acceptedAtMs };
}

export function isFinal(notice: Notice): boolean {
  return finalStatuses.includes(currentOf(notice).status);
}

/** The request and current status of a message, as both the API and the sandbox's page show them. */
export function headOf(notice: Notice) {
  const { messageId, request, clientMessageId } = notice;
  const { status, statusCode, route } = currentOf(notice);
  return {
    messageId,
    ...(clientMessageId === undefined ? {} : { clientMessageId }),
    service: request.service,
    tmpl: request.tmpl,
    phone: request.phone,
    route,
    status,
    ...(statusCode ? { statusCode } : {}),
  };
}

/** The answer of a lookup. */
export function stateOf(notice: Notice): MessageState {
  const { request, history } = notice;
  const { statusCode } = currentOf(notice);
  return {
    ...headOf(notice),
    ...(statusCode ? { error: statusCodes[statusCode] } : {}),
    acceptedAt: iso(notice.acceptedAtMs),
    expiresAt: iso(notice.expiresAtMs),
    callbackData: request.callbackData,
    history: history.map(({ atMs, ...transition }) => ({ ...transition, time: iso(atMs) })),
  };
}

/** Messages that are read together: those of one dialogue, or of one person's notifications window. */
export function unreadKey({ delivered, oneWay, route, groupId, okGroupId }: Notice): string {
  if (oneWay) return `window:${delivered?.userId}`;
  return `${route}:${route === 'VK' ? groupId : okGroupId}:${delivered?.userId}`;
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

function clientKey(service: string, clientMessageId: string): string {
  return `${service}\n${clientMessageId}`;
}
