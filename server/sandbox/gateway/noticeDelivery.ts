/**
 * Delivers an accepted message: it reaches the phone at once, waits for an offline phone until its TTL ends, or
 * fails. The networks of `routes` are tried in order until one accepts it.
 */
import type { PhoneBook } from '../people.ts';
import type { SandboxUser, World } from '../world.ts';
import { isFinal, type Ledger, type Notice, unreadKey } from './ledger.ts';
import type { NoticeStatus, StatusCode } from './protocol.ts';
import { reachOf } from './reach.ts';
import type { StatusPosts } from './statusPosts.ts';

/** Puts a message onto a phone. Returns its place there, or undefined when the community no longer exists. */
export type Place = (notice: Notice, owner: SandboxUser) => number | string | undefined;

export class NoticeDelivery {
  readonly #world: World;
  readonly #people: PhoneBook;
  readonly #ledger: Ledger;
  readonly #posts: StatusPosts;
  readonly #places: { VK: Place; OK: Place };
  readonly #waiting = new Map<string, { notice: Notice; timer: NodeJS.Timeout }>();
  /** Delivered but unread messages, by dialogue or window. */
  readonly #unread = new Map<string, Set<Notice>>();
  /** Person -> the one-way messages on the phone, oldest first. */
  readonly #windows = new Map<number, Notice[]>();

  constructor(deps: {
    world: World;
    people: PhoneBook;
    ledger: Ledger;
    posts: StatusPosts;
    places: { VK: Place; OK: Place };
  }) {
    this.#world = deps.world;
    this.#people = deps.people;
    this.#ledger = deps.ledger;
    this.#posts = deps.posts;
    this.#places = deps.places;
    this.#world.on('person', () => this.#tryWaiting());
    this.#world.on('read', ({ groupId, userId, upToCmid }) =>
      this.#read(`VK:${groupId}:${userId}`, (place) => Number(place) <= upToCmid),
    );
    this.#world.on('okRead', ({ okGroupId, userId }) => this.#read(`OK:${okGroupId}:${userId}`, () => true));
  }

  start(notice: Notice): void {
    this.#setStatus(notice, 'sent');
    this.#try(notice);
  }

  /** After a restart: waiting messages keep waiting, unread ones can be read. */
  resume(notice: Notice): void {
    if (notice.delivered) this.#remember(notice, notice.delivered.userId);
    else if (!isFinal(notice)) this.#try(notice);
  }

  window(userId: number): readonly Notice[] {
    return this.#windows.get(userId) ?? [];
  }

  readWindow(userId: number): void {
    this.#read(`window:${userId}`, () => true);
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
  }

  #try(notice: Notice): void {
    const nowMs = Date.now();
    if (nowMs >= notice.expiresAtMs) {
      this.#end(notice, 'expired', 'TTL_EXPIRED');
      return;
    }
    const owner = this.#people.ownerOf(notice.request.phone);
    let code: StatusCode = 'NOT_IN_NETWORK';
    for (const route of notice.request.routes) {
      if ((route === 'VK' ? notice.groupId : notice.okGroupId) === null) continue;
      notice.route = route;
      const reach = reachOf({ world: this.#world, nowMs }, notice, owner, route);
      if (reach.kind === 'offline') {
        this.#wait(notice, nowMs);
        return;
      }
      if (reach.kind === 'reached') {
        this.#deliver(notice, owner!);
        return;
      }
      code = reach.code;
    }
    this.#end(notice, 'undelivered', code);
  }

  #deliver(notice: Notice, owner: SandboxUser): void {
    this.#forget(notice);
    // A one-way message appears in a separate window and never in a dialogue (Notify FAQ).
    const place = notice.oneWay ? undefined : this.#places[notice.route](notice, owner);
    notice.delivered = { userId: owner.userId, ...(place === undefined ? {} : { place }) };
    this.#remember(notice, owner.userId);
    this.#setStatus(notice, 'delivered');
    if (notice.oneWay) this.#world.emit('change', { type: 'notices', userId: owner.userId });
  }

  #end(notice: Notice, status: 'undelivered' | 'expired', code: StatusCode): void {
    this.#forget(notice);
    this.#setStatus(notice, status, code);
  }

  #setStatus(notice: Notice, status: NoticeStatus, statusCode?: StatusCode): void {
    const transition = {
      status,
      route: notice.route,
      atMs: Date.now(),
      ...(statusCode ? { statusCode } : {}),
    };
    if (!this.#ledger.advance(notice, transition)) return;
    this.#posts.enqueue(notice, transition);
    this.#world.emit('change', { type: 'gateway' });
  }

  #wait(notice: Notice, nowMs: number): void {
    if (this.#waiting.has(notice.messageId)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(notice.messageId);
      this.#try(notice);
    }, notice.expiresAtMs - nowMs);
    timer.unref();
    this.#waiting.set(notice.messageId, { notice, timer });
  }

  #forget(notice: Notice): void {
    clearTimeout(this.#waiting.get(notice.messageId)?.timer);
    this.#waiting.delete(notice.messageId);
  }

  #tryWaiting(): void {
    for (const { notice } of [...this.#waiting.values()]) this.#try(notice);
  }

  #remember(notice: Notice, userId: number): void {
    if (notice.oneWay) this.#windows.set(userId, [...this.window(userId), notice]);
    if (isFinal(notice)) return;
    const key = unreadKey(notice);
    const unread = this.#unread.get(key) ?? new Set();
    this.#unread.set(key, unread.add(notice));
  }

  #read(key: string, isSeen: (place: number | string | undefined) => boolean): void {
    const unread = this.#unread.get(key);
    for (const notice of unread ?? []) {
      if (!isSeen(notice.delivered?.place)) continue;
      unread?.delete(notice);
      this.#setStatus(notice, 'read');
    }
    if (unread?.size === 0) this.#unread.delete(key);
  }
}
