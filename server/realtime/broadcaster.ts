/**
 * Sends stored changes to open tabs. A change goes out at once when there is little load. Under load the changes of a
 * short window go out in one packet per audience, so that the cost of fan-out grows with time, not with events.
 */
import type { Change, Typing, Viewers } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { roomsFor, threadRoom } from '../auth/permissions.ts';
import { areStagesWatched, reportStage } from '../observability/stages.ts';
import type { DeskServer } from './deskSocket.ts';

/** The pause after a packet is twice the time it took, so fan-out never uses more than a third of the time. */
const REST_PER_WORK = 2;
const WINDOW_MS_MAX = 20;

export interface Broadcaster {
  publish(change: Change): void;
  /** Only tabs that show the thread hear who types in it and who views it. */
  showTyping(typing: Typing): void;
  /** Shows typing that another process reported. */
  relayTyping(typing: Typing): void;
  /** Calls the listener on every typing event of this process. */
  onTyping(listener: (typing: Typing) => void): void;
  showViewers(viewers: Viewers): void;
  /** Connects the sockets of this server; earlier changes have no sockets to go to. */
  attach(io: DeskServer): void;
  /** Calls the listener with every change of this process, so that it can carry it to the others. */
  onPublished(listener: (change: Change) => void): void;
  /** Shows a change that another process published. */
  relay(change: Change): void;
  /** Calls the listener with every change that another process published. */
  onRelayed(listener: (change: Change) => void): void;
  /** Calls back once everything published so far was handed to the sockets; at once if it already was. */
  afterShown(then: () => void): void;
  /** Asks every tab of this process to request what it has missed. */
  askToResume(): void;
  /** Calls the listener whenever this process may have missed changes. */
  onMayHaveMissed(listener: () => void): void;
}

export function createBroadcaster(): Broadcaster {
  let io: DeskServer | null = null;
  let waiting: Change[] = [];
  const waitingToBeShown: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let restUntil = 0;
  const publishedListeners: ((change: Change) => void)[] = [];
  const relayedListeners: ((change: Change) => void)[] = [];
  const missedListeners: (() => void)[] = [];
  const typingListeners: ((typing: Typing) => void)[] = [];

  function flush(): void {
    timer = null;
    const startedAt = performance.now();
    const changes = waiting;
    waiting = [];
    if (!io) return;
    for (const [rooms, batch] of byAudience(changes)) {
      for (let from = 0; from < batch.length; from += limits.changesPerPacket) {
        const packet = batch.slice(from, from + limits.changesPerPacket);
        reportPacket('emitting', packet);
        io.to(rooms).emit('changes', packet);
        reportPacket('emitted', packet);
      }
    }
    const endedAt = performance.now();
    restUntil = endedAt + Math.min(WINDOW_MS_MAX, (endedAt - startedAt) * REST_PER_WORK);
    for (const then of waitingToBeShown.splice(0)) then();
  }

  function show(change: Change): void {
    waiting.push(change);
    if (timer) return;
    const restMs = restUntil - performance.now();
    if (restMs <= 0) flush();
    else timer = setTimeout(flush, restMs);
  }

  function emitTyping(typing: Typing): void {
    io?.to(threadRoom(typing.conversationId)).volatile.emit('typing', typing);
  }

  return {
    publish(change) {
      show(change);
      for (const listener of publishedListeners) listener(change);
    },
    showTyping: (typing) => {
      emitTyping(typing);
      for (const listener of typingListeners) listener(typing);
    },
    relayTyping: emitTyping,
    onTyping: (listener) => {
      typingListeners.push(listener);
    },
    showViewers: (viewers) => {
      io?.to(threadRoom(viewers.conversationId)).emit('viewers', viewers);
    },
    attach(server) {
      io = server;
    },
    onPublished: (listener) => {
      publishedListeners.push(listener);
    },
    relay(change) {
      show(change);
      for (const listener of relayedListeners) listener(change);
    },
    onRelayed: (listener) => {
      relayedListeners.push(listener);
    },
    afterShown(then) {
      if (timer) waitingToBeShown.push(then);
      else then();
    },
    askToResume: () => {
      io?.emit('resume:needed');
      for (const listener of missedListeners) listener();
    },
    onMayHaveMissed: (listener) => {
      missedListeners.push(listener);
    },
  };
}

function reportPacket(stage: 'emitting' | 'emitted', packet: Change[]): void {
  if (!areStagesWatched()) return;
  const messageIds = packet.flatMap((change) =>
    change.type === 'conversation.changed' ? change.messages.map(({ id }) => id) : [],
  );
  reportStage({ stage, atMs: performance.now(), messageIds });
}

/** Keeps the order of changes within each audience. */
function byAudience(changes: Change[]): Iterable<[string[], Change[]]> {
  const audiences = new Map<string, [string[], Change[]]>();
  for (const change of changes) {
    const rooms = roomsFor(change);
    const key = rooms.join(' ');
    const audience = audiences.get(key);
    if (audience) audience[1].push(change);
    else audiences.set(key, [rooms, [change]]);
  }
  return audiences.values();
}
