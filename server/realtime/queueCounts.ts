/**
 * How many conversations wait in the lists that a tab shows. A process reads each list once and then keeps its counter
 * by the changes that pass through it anyway: a message costs no query, however many tabs are open. See ADR 38.
 */
import type { Logger } from 'pino';
import type { ListScope } from '../../shared/conversationLists.ts';
import type { Change } from '../../shared/events.ts';
import { type CountedQueue, countedQueues, type QueueCounts } from '../../shared/schemas/conversation.ts';
import { canSeeCommunity, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { currentTimeMs } from '../work/clock.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import type { DeskSocket } from './deskSocket.ts';
import { createKeptQueue, type KeptQueue } from './keptQueue.ts';

export interface QueueCountsTiming {
  /** The least time between two packets of counters to one tab. */
  everyMs: number;
  /** The wait after a read that failed. */
  retryMs: number;
}
const usualTiming: QueueCountsTiming = { everyMs: 1_000, retryMs: 5_000 };

/** A tab that connects finds counters that were read at most so long ago, or has them read again. */
const TRUSTED_MS = 60_000;
const POLL_MS = 60_000;
/** A change that another process published may come after a newer one of the same conversation. */
const REMEMBERED_REVISIONS = 10_000;

export interface KeptQueueCounts {
  open(socket: DeskSocket): void;
  close(socket: DeskSocket): void;
  /** Called with every change that this process publishes or hears of. */
  apply(change: Change): void;
  /** This process may have missed changes: every list is read again. */
  readAgain(): void;
  stop(): Promise<void>;
}

export interface QueueCountsDeps {
  /** The first conversations of a list that this person may see, the longest wait first. */
  read(person: SignedInPerson, queue: CountedQueue): Promise<readonly { id: string; revision: number }[]>;
  logger: Logger;
  timing?: QueueCountsTiming | undefined;
}

interface Watched {
  queue: CountedQueue;
  kept: KeptQueue;
  /** Any person who sees this list: the query has their rights. */
  person: SignedInPerson;
  sockets: Map<string, DeskSocket>;
  shownCount: number | null;
}

export function createQueueCounts({ read, logger, timing = usualTiming }: QueueCountsDeps): KeptQueueCounts {
  const watched = new Map<string, Watched>();
  const newestRevisions = new Map<string, number>();
  /** Lists whose counter differs from the one on the screens, or that have to be read. */
  const changed = new Set<Watched>();
  let showAtMs = 0;

  async function look(): Promise<NextLook> {
    let failure: unknown;
    for (const list of changed) {
      if (!list.kept.needsRead() || list.sockets.size === 0) continue;
      // A list that cannot be read stops no other one.
      await list.kept
        .read(() => read(list.person, list.queue))
        .catch((error: unknown) => {
          failure ??= error;
        });
    }
    const restMs = showAtMs - performance.now();
    if (restMs <= 0 && showChanged()) showAtMs = performance.now() + timing.everyMs;
    if (failure) throw failure;
    return changed.size > 0 ? after(showAtMs - performance.now()) : undefined;
  }

  const loop = startDueLoop({
    look,
    pollMs: POLL_MS,
    retryMs: timing.retryMs,
    keepsProcessAlive: false,
    logFailure: (err) => logger.warn({ err }, 'a counter could not be read'),
  });

  function lookIfChanged(list: Watched): void {
    if (list.kept.needsRead() || list.kept.count() !== list.shownCount) changed.add(list);
  }

  /** One packet to each tab of an audience, with the counters that differ from those it has. */
  function showChanged(): boolean {
    const packets = new Map<string, { socket: DeskSocket; counts: QueueCounts }>();
    for (const list of changed) {
      const { kept, queue, person, shownCount, sockets } = list;
      if (!kept.needsRead()) changed.delete(list);
      const count = kept.count();
      const [socket] = sockets.values();
      if (count === null || count === shownCount || !socket) continue;
      list.shownCount = count;
      const room = queue === 'mine' ? roomOfPerson(person) : roomOfAudience(person);
      const packet = packets.get(room) ?? { socket, counts: {} };
      packet.counts[queue] = count;
      packets.set(room, packet);
    }
    for (const [room, { socket, counts }] of packets) socket.nsp.to(room).emit('counts', counts);
    return packets.size > 0;
  }

  return {
    open(socket) {
      const { person } = socket.data;
      const counts: QueueCounts = {};
      for (const queue of countedQueues) {
        const key = keyOf(person, queue);
        const list = watched.get(key) ?? {
          queue,
          kept: createKeptQueue(scopeOf(queue), person.id),
          person,
          sockets: new Map(),
          shownCount: null,
        };
        watched.set(key, list);
        list.sockets.set(socket.id, socket);
        const readAtMs = list.kept.readAtMs();
        if (readAtMs !== null && performance.now() - readAtMs > TRUSTED_MS) list.kept.distrust();
        // The others of its audience have this count, and get the next one with it.
        if (list.shownCount !== null) counts[queue] = list.shownCount;
        lookIfChanged(list);
      }
      void socket.join([roomOfPerson(person), roomOfAudience(person)]);
      if (Object.keys(counts).length > 0) socket.emit('counts', counts);
      loop.wake();
    },
    close(socket) {
      for (const queue of countedQueues) {
        const key = keyOf(socket.data.person, queue);
        const list = watched.get(key);
        if (!list?.sockets.delete(socket.id) || list.sockets.size > 0) continue;
        watched.delete(key);
        changed.delete(list);
      }
    },
    apply(change) {
      if (change.type !== 'conversation.changed' || watched.size === 0) return;
      const { row } = change;
      if (row.revision < (newestRevisions.get(row.id) ?? 0)) return;
      newestRevisions.delete(row.id);
      newestRevisions.set(row.id, row.revision);
      if (newestRevisions.size > REMEMBERED_REVISIONS) {
        const [oldest] = newestRevisions.keys();
        if (oldest !== undefined) newestRevisions.delete(oldest);
      }
      for (const list of watched.values()) {
        if (!canSeeCommunity(list.person, row.communityId)) continue;
        list.kept.apply(row);
        lookIfChanged(list);
      }
      if (changed.size > 0) loop.wake();
    },
    readAgain() {
      for (const list of watched.values()) {
        list.kept.distrust();
        changed.add(list);
      }
      loop.wake();
    },
    stop: loop.stop,
  };
}

/** The counter's list with the same rule as the list on the screen. */
function scopeOf(queue: CountedQueue): ListScope {
  return { filter: queue, communityId: null, waitingOnly: true };
}

/** People with the same communities share their counters, except those of their own conversations. */
function audienceOf(person: SignedInPerson): string {
  const visible = visibleCommunityIds(person);
  return visible === 'all' ? 'all' : [...visible].sort().join();
}

const roomOfAudience = (person: SignedInPerson) => `counts:${audienceOf(person)}`;
/** A person whose communities change has tabs with the old ones for a moment, and with the new ones. */
const roomOfPerson = (person: SignedInPerson) => `${roomOfAudience(person)}:${person.id}`;
const keyOf = (person: SignedInPerson, queue: CountedQueue) =>
  `${queue} ${queue === 'mine' ? roomOfPerson(person) : roomOfAudience(person)}`;

const after = (waitMs: number): NextLook => ({ at: new Date(currentTimeMs() + Math.ceil(waitMs)) });
