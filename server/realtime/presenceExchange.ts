/**
 * Exchanges presence and typing between processes, through one small document per process. A process writes it at
 * most once a tick, and only while other processes are alive. When the relay no longer counts a process as alive, its
 * presence is dropped. Nothing here is data: losing it loses a hint.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Logger } from 'pino';
import type { Typing } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { currentTime } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { Broadcaster } from './broadcaster.ts';

/** A conversation that at least one person has open. */
export interface Watched {
  conversationId: string;
  personIds: string[];
}
/** A person with at least one tab at this process; away when none of their tabs is used. */
export interface PersonHere {
  personId: string;
  isAway: boolean;
}
interface TypedNow extends Typing {
  /** Counts the typing events of its process: an event above the last known number is new. */
  sign: number;
}
interface PresenceRow {
  _id: string;
  /** Raised on every write, so that readers fetch only newer documents. */
  revision: number;
  watched: Watched[];
  typing: TypedNow[];
  /** Absent in rows of processes of earlier versions. */
  people?: PersonHere[];
  at: Date;
}

const rowSchema = new Schema<PresenceRow>(
  {
    _id: { type: String, required: true },
    revision: { type: Number, required: true },
    watched: { type: Schema.Types.Mixed, required: true },
    typing: { type: Schema.Types.Mixed, required: true },
    people: { type: Schema.Types.Mixed },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'presence', versionKey: false },
);
rowSchema.index({ at: 1 }, { expireAfterSeconds: 600 });

export const presenceModel = (connection: Connection): Model<PresenceRow> =>
  connection.models.Presence ?? connection.model<PresenceRow>('Presence', rowSchema);

export interface PresenceExchange {
  /** The presence of this process has changed. */
  changed(): void;
  /** The people who have the conversation open at other processes. */
  personIdsAt(conversationId: string): string[];
  /** The tabs of this person at other processes: away when none of them is used; null without any. */
  isAwayElsewhere(personId: string): boolean | null;
  stop(): Promise<void>;
}

export interface PresenceTiming {
  tickMs: number;
  /** An unchanged document is rewritten this often, before the TTL index removes it. */
  renewMs: number;
}
const defaultTiming: PresenceTiming = { tickMs: 500, renewMs: 60_000 };
/** More than the agents of one process have open; the rest is not exchanged. */
const WATCHED_MAX = 1_000;
const PERSONS_MAX = 50;
const TYPING_MAX = 200;
const PEOPLE_MAX = 1_000;

export interface PresenceExchangeDeps {
  processId: string;
  /** The other processes that are alive. */
  others(): string[];
  broadcaster: Pick<Broadcaster, 'onTyping' | 'relayTyping'>;
  /** The conversations that this process's own sockets have open. */
  own(): Watched[];
  /** The people who have tabs at this process. */
  ownPeople(): PersonHere[];
  /** The viewers of these conversations have changed at another process. */
  onChanged(conversationIds: readonly string[]): void;
  logger: Logger;
  timing?: PresenceTiming;
}

interface KnownPresence {
  revision: number;
  watched: Map<string, Watched>;
  people: Map<string, boolean>;
  sign: number;
}

export function startPresenceExchange(
  rows: Model<PresenceRow>,
  {
    processId,
    others,
    broadcaster,
    own,
    ownPeople,
    onChanged,
    logger,
    timing = defaultTiming,
  }: PresenceExchangeDeps,
): PresenceExchange {
  const knownById = new Map<string, KnownPresence>();
  let typed: (TypedNow & { untilMs: number })[] = [];
  let sign = 0;
  let revision = 0;
  let isDirty = false;
  let writtenAtMs = 0;
  /** The processes that were alive at the last write. */
  let writtenForIds = new Set<string>();

  broadcaster.onTyping((typing) => {
    if (others().length === 0) return;
    sign += 1;
    const before = typed.filter(
      ({ conversationId, personId }) =>
        conversationId !== typing.conversationId || personId !== typing.personId,
    );
    const untilMs = performance.now() + limits.typingShownMs;
    typed = [...before, { ...typing, sign, untilMs }].slice(-TYPING_MAX);
    isDirty = true;
  });

  async function writeOwn(): Promise<void> {
    const alive = others();
    if (alive.length === 0) return;
    const now = performance.now();
    const isDue = isDirty || alive.some((id) => !writtenForIds.has(id)) || now - writtenAtMs > timing.renewMs;
    if (!isDue) return;
    isDirty = false;
    typed = typed.filter(({ untilMs }) => untilMs > now);
    revision += 1;
    const row = {
      revision,
      watched: own()
        .slice(0, WATCHED_MAX)
        .map((one) => ({ ...one, personIds: one.personIds.slice(0, PERSONS_MAX) })),
      typing: typed.map(({ untilMs: _, ...rest }) => rest),
      people: ownPeople().slice(0, PEOPLE_MAX),
      at: currentTime(),
    };
    try {
      await rows.updateOne({ _id: processId }, { $set: row }, { upsert: true });
      writtenForIds = new Set(alive);
      writtenAtMs = now;
    } catch (error) {
      isDirty = true;
      throw error;
    }
  }

  async function readOthers(): Promise<void> {
    const alive = others();
    for (const id of knownById.keys()) if (!alive.includes(id)) forget(id);
    for (const id of alive) {
      const known = knownById.get(id);
      const row = await rows
        .findOne({ _id: id, revision: { $gt: known?.revision ?? 0 } })
        .lean<PresenceRow | null>();
      if (row) applyRow(row, known);
    }
  }

  function applyRow(row: PresenceRow, known: KnownPresence | undefined): void {
    const watched = new Map(row.watched.map((one) => [one.conversationId, one]));
    const lastSign = Math.max(0, ...row.typing.map((one) => one.sign));
    const people = new Map((row.people ?? []).map(({ personId, isAway }) => [personId, isAway]));
    const sign = Math.max(lastSign, known?.sign ?? 0);
    knownById.set(row._id, { revision: row.revision, watched, people, sign });
    reportDifference(known?.watched ?? new Map(), watched);
    // For a process met just now, the age of its typing events is unknown.
    if (!known) return;
    for (const { conversationId, personId, sign: newSign } of row.typing)
      if (newSign > known.sign) broadcaster.relayTyping({ conversationId, personId });
  }

  function forget(id: string): void {
    const known = knownById.get(id);
    knownById.delete(id);
    if (known) reportDifference(known.watched, new Map());
  }

  function reportDifference(before: Map<string, Watched>, after: Map<string, Watched>): void {
    const different = [...new Map([...before, ...after]).keys()].filter(
      (conversationId) =>
        before.get(conversationId)?.personIds.join() !== after.get(conversationId)?.personIds.join(),
    );
    if (different.length > 0) onChanged(different);
  }

  const loop = startDueLoop({
    async look() {
      await writeOwn();
      await readOthers();
    },
    pollMs: timing.tickMs,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'presence could not be exchanged'),
  });

  return {
    changed() {
      isDirty = true;
    },
    personIdsAt: (conversationId) =>
      [...knownById.values()].flatMap(({ watched }) => watched.get(conversationId)?.personIds ?? []),
    isAwayElsewhere(personId) {
      const tabs = [...knownById.values()].flatMap(({ people }) => people.get(personId) ?? []);
      return tabs.length === 0 ? null : tabs.every((isAway) => isAway);
    },
    async stop() {
      await loop.stop();
      if (revision > 0) await rows.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}
