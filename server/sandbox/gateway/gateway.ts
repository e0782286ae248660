/** The gateway itself: validates each message of a request, stores the accepted ones and starts their delivery. */
import { randomUUID } from 'node:crypto';
import type { ZodError } from 'zod';
import type { GatewayCounters, SandboxSettings } from '../../../shared/sandbox.ts';
import { digitsOf } from '../people.ts';
import { type Ledger, type Notice, stateOf } from './ledger.ts';
import type { NoticeDelivery } from './noticeDelivery.ts';
import { Pace } from './pace.ts';
import {
  type GatewayMessage,
  gatewayMessage,
  type MessageState,
  type RefusalCode,
  type SendResult,
} from './protocol.ts';
import type { Registry, SavedRegistry, Service } from './registry.ts';
import { render } from './render.ts';
import type { StatusPosts } from './statusPosts.ts';

export interface SavedGateway {
  registry: SavedRegistry;
  notices: Notice[];
}

export type SendReceipt =
  | { kind: 'accepted'; result: SendResult[] }
  | { kind: 'tooFast'; retryAfterSeconds: number };

export class Gateway {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly delivery: NoticeDelivery;
  readonly posts: StatusPosts;
  readonly #settings: SandboxSettings;
  readonly #pace = new Pace();
  readonly #counts = { requests: 0, accepted: 0, repeated: 0, refused: 0 };

  constructor(deps: {
    registry: Registry;
    ledger: Ledger;
    delivery: NoticeDelivery;
    posts: StatusPosts;
    settings: SandboxSettings;
  }) {
    this.registry = deps.registry;
    this.ledger = deps.ledger;
    this.delivery = deps.delivery;
    this.posts = deps.posts;
    this.#settings = deps.settings;
  }

  /** `mayUse` says whether the caller may send as this service. */
  send(messages: readonly unknown[], mayUse: (service: Service) => boolean): SendReceipt {
    this.#counts.requests += 1;
    const nowMs = Date.now();
    const perService = new Map<string, number>();
    for (const message of messages) {
      const { service } = (message ?? {}) as { service?: unknown };
      if (typeof service === 'string') perService.set(service, (perService.get(service) ?? 0) + 1);
    }
    const retryAfterSeconds = this.#pace.reserve(perService, this.#settings.gatewayRatePerSecond, nowMs);
    if (retryAfterSeconds > 0) return { kind: 'tooFast', retryAfterSeconds };
    const started: Notice[] = [];
    const result = messages.map((message) => this.#accept(message, mayUse, nowMs, started));
    // After the answer: as far as possible, the caller must learn the id before a status callback names it.
    setImmediate(() => {
      for (const notice of started) this.delivery.start(notice);
    });
    return { kind: 'accepted', result };
  }

  /** Undefined when the message is unknown to this caller. */
  lookup(messageId: string, mayUse: (service: Service) => boolean): MessageState | undefined {
    const notice = this.ledger.get(messageId);
    const service = notice && this.registry.services.get(notice.request.service);
    return notice && service && mayUse(service) ? stateOf(notice) : undefined;
  }

  lookByClientIds(
    clientMessageIds: readonly string[],
    mayUse: (service: Service) => boolean,
  ): MessageState[] {
    const services = [...this.registry.services.values()].filter(mayUse);
    return clientMessageIds.flatMap((id) =>
      services.flatMap(({ service }) => {
        const notice = this.ledger.byClientMessageId(service, id);
        return notice ? [stateOf(notice)] : [];
      }),
    );
  }

  counters(): GatewayCounters {
    const { posted, refused, waiting } = this.posts.counts;
    return {
      ...this.#counts,
      byStatus: { ...this.ledger.byStatus },
      statusesPosted: posted,
      statusesRefused: refused,
      statusesWaiting: waiting,
    };
  }

  snapshot(): SavedGateway {
    return { registry: this.registry.snapshot(), notices: this.ledger.snapshot() };
  }

  restore(saved: SavedGateway): void {
    this.registry.restore(saved.registry);
    this.ledger.restore(saved.notices);
    for (const notice of saved.notices) this.delivery.resume(notice);
  }

  close(): void {
    this.delivery.close();
    this.posts.close();
  }

  #accept(raw: unknown, mayUse: (service: Service) => boolean, nowMs: number, started: Notice[]): SendResult {
    const parsed = gatewayMessage.safeParse(raw);
    if (!parsed.success) return this.#refuse(codeOf(parsed.error), describe(parsed.error));
    const request = parsed.data;
    const service = this.registry.services.get(request.service);
    if (!service || !mayUse(service)) return this.#refuse('UNKNOWN_SERVICE', 'No such service for this key');
    const clientMessageId = clientMessageIdOf(request);
    const before =
      clientMessageId === undefined
        ? undefined
        : this.ledger.byClientMessageId(request.service, clientMessageId);
    if (before) {
      this.#counts.repeated += 1;
      return { code: 'OK', messageId: before.messageId, isRepeat: true };
    }
    // E.164: a country code and at most 15 digits in all.
    if (!/^\+?[1-9]\d{6,14}$/.test(request.phone))
      return this.#refuse('INVALID_PHONE', 'The phone is not a number in E.164');
    const template = this.registry.template(request.service, request.tmpl);
    if (!template) return this.#refuse('UNKNOWN_TEMPLATE', 'The service has no template of this name');
    if (!template.isApproved) return this.#refuse('TEMPLATE_NOT_APPROVED', 'The template is not approved');
    const rendering = render(template, request.tmpl_data);
    if (rendering.kind === 'wrongVariables')
      return this.#refuse('INVALID_VARIABLES', rendering.error, rendering.fields);
    if (rendering.kind === 'tooLong')
      return this.#refuse('TEXT_TOO_LONG', `The text has ${rendering.textChars} characters`);
    const { groupId, okGroupId } = service;
    const route = request.routes.find((one) => (one === 'VK' ? groupId : okGroupId) !== null);
    if (!route) return this.#refuse('NO_COMMUNITY', 'The service has no community in these networks');
    const notice: Notice = {
      messageId: randomUUID(),
      ...(clientMessageId === undefined ? {} : { clientMessageId }),
      request: { ...request, phone: `+${digitsOf(request.phone)}` },
      groupId,
      okGroupId,
      text: rendering.text,
      buttons: rendering.buttons,
      attachments: this.registry.attachments(template),
      oneWay: template.oneWay,
      acceptedAtMs: nowMs,
      expiresAtMs: nowMs + request.ttl * 1000 * this.#settings.ttlScale,
      route,
      history: [],
    };
    this.ledger.add(notice);
    this.#counts.accepted += 1;
    started.push(notice);
    return { code: 'OK', messageId: notice.messageId };
  }

  #refuse(code: RefusalCode, error: string, fields?: string[]): SendResult {
    this.#counts.refused += 1;
    return { code, error, ...(fields ? { fields } : {}) };
  }
}

const codeOfField: Record<string, RefusalCode> = {
  phone: 'INVALID_PHONE',
  ttl: 'INVALID_TTL',
  routes: 'INVALID_ROUTES',
  delivery_policy: 'INVALID_POLICY',
  status_url: 'INVALID_STATUS_URL',
  tmpl_data: 'INVALID_VARIABLES',
};

function codeOf(error: ZodError): RefusalCode {
  return codeOfField[String(error.issues[0]?.path[0])] ?? 'INVALID_MESSAGE';
}

function describe(error: ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : 'The message is invalid';
}

function clientMessageIdOf({ callbackData }: GatewayMessage): string | undefined {
  const { clientMessageId } = callbackData;
  return typeof clientMessageId === 'string' || typeof clientMessageId === 'number'
    ? String(clientMessageId)
    : undefined;
}
