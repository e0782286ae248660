/**
 * Tells the other processes who looks and types where at this one, and hears it of them, through one small document
 * of each process. It is written at most once a tick, however much happens, and only while others live; a process that
 * the relay no longer counts as alive is forgotten with all whom it told of. Nothing here is data: losing it costs a hint.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Logger } from 'pino';
import type { Typing } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { Broadcaster } from './broadcaster.ts';

/** A conversation that somebody has open. */
export interface Watched {
  conversationId: string;
  communityId: string;
  personIds: string[];
}
interface TypedNow extends Typing {
  communityId: string;
  /** Counts the signs of typing at its process: what has a higher one than was seen is new. */
  sign: number;
}
interface PresenceRow {
  _id: string;
  /** Raised with every writing, so that readers ask for what is newer alone. */
  revision: number;
  watched: Watched[];
  typing: TypedNow[];
  at: Date;
}

const rowSchema = new Schema<PresenceRow>(
  {
    _id: { type: String, required: true },
    revision: { type: Number, required: true },
    watched: { type: Schema.Types.Mixed, required: true },
    typing: { type: Schema.Types.Mixed, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'presence', versionKey: false },
);
rowSchema.index({ at: 1 }, { expireAfterSeconds: 600 });

export const presenceModel = (connection: Connection): Model<PresenceRow> =>
  connection.models.Presence ?? connection.model<PresenceRow>('Presence', rowSchema);

export interface PresenceExchange {
  /** What this process shows has changed. */
  changed(): void;
  /** Who has it open at other processes. */
  personIdsAt(conversationId: string): string[];
  watched(): Watched[];
  stop(): Promise<void>;
}

export interface PresenceTiming {
  tickMs: number;
  /** A row that did not change is written anew, before its age takes it away. */
  renewMs: number;
}
const defaultTiming: PresenceTiming = { tickMs: 500, renewMs: 60_000 };
/** More than one process's agents have open; what is beyond is not told. */
const WATCHED_TOLD = 1_000;
const PERSONS_TOLD = 50;
const TYPING_TOLD = 200;

export interface PresenceExchangeDeps {
  processId: string;
  /** The processes that live besides this one. */
  others(): string[];
  broadcaster: Pick<Broadcaster, 'onTyping' | 'relayTyping'>;
  /** What this process's own sockets have open. */
  own(): Watched[];
  /** Who has these conversations open is another now. */
  onChanged(conversations: readonly Watched[]): void;
  logger: Logger;
  timing?: PresenceTiming;
}

interface Heard {
  revision: number;
  watched: Map<string, Watched>;
  sign: number;
}

export function startPresenceExchange(
  rows: Model<PresenceRow>,
  { processId, others, broadcaster, own, onChanged, logger, timing = defaultTiming }: PresenceExchangeDeps,
): PresenceExchange {
  const heard = new Map<string, Heard>();
  let typed: (TypedNow & { untilMs: number })[] = [];
  let sign = 0;
  let revision = 0;
  let isDirty = false;
  let writtenAtMs = 0;
  /** For whom the row was written last. */
  let toldIds = new Set<string>();

  broadcaster.onTyping((communityId, typing) => {
    if (others().length === 0) return;
    sign += 1;
    const before = typed.filter(
      ({ conversationId, personId }) =>
        conversationId !== typing.conversationId || personId !== typing.personId,
    );
    const untilMs = performance.now() + limits.typingShownMs;
    typed = [...before, { ...typing, communityId, sign, untilMs }].slice(-TYPING_TOLD);
    isDirty = true;
  });

  async function writeOwn(): Promise<void> {
    const alive = others();
    if (alive.length === 0) return;
    const now = performance.now();
    const isNews = isDirty || alive.some((id) => !toldIds.has(id)) || now - writtenAtMs > timing.renewMs;
    if (!isNews) return;
    isDirty = false;
    typed = typed.filter(({ untilMs }) => untilMs > now);
    revision += 1;
    const row = {
      revision,
      watched: own()
        .slice(0, WATCHED_TOLD)
        .map((one) => ({ ...one, personIds: one.personIds.slice(0, PERSONS_TOLD) })),
      typing: typed.map(({ untilMs: _, ...rest }) => rest),
      at: new Date(),
    };
    try {
      await rows.updateOne({ _id: processId }, { $set: row }, { upsert: true });
      toldIds = new Set(alive);
      writtenAtMs = now;
    } catch (error) {
      isDirty = true;
      throw error;
    }
  }

  async function readOthers(): Promise<void> {
    const alive = others();
    for (const id of heard.keys()) if (!alive.includes(id)) forget(id);
    for (const id of alive) {
      const known = heard.get(id);
      const row = await rows
        .findOne({ _id: id, revision: { $gt: known?.revision ?? 0 } })
        .lean<PresenceRow | null>();
      if (row) applyRow(row, known);
    }
  }

  function applyRow(row: PresenceRow, known: Heard | undefined): void {
    const watched = new Map(row.watched.map((one) => [one.conversationId, one]));
    const lastSign = Math.max(0, ...row.typing.map((one) => one.sign));
    heard.set(row._id, { revision: row.revision, watched, sign: Math.max(lastSign, known?.sign ?? 0) });
    reportDifference(known?.watched ?? new Map(), watched);
    // Of a process met just now it is not known how old its signs are.
    if (!known) return;
    for (const { communityId, conversationId, personId, sign: newSign } of row.typing)
      if (newSign > known.sign) broadcaster.relayTyping(communityId, { conversationId, personId });
  }

  function forget(id: string): void {
    const known = heard.get(id);
    heard.delete(id);
    if (known) reportDifference(known.watched, new Map());
  }

  function reportDifference(before: Map<string, Watched>, after: Map<string, Watched>): void {
    const different = [...new Map([...before, ...after]).values()].filter(
      ({ conversationId }) =>
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
      [...heard.values()].flatMap(({ watched }) => watched.get(conversationId)?.personIds ?? []),
    watched: () => [...heard.values()].flatMap(({ watched }) => [...watched.values()]),
    async stop() {
      await loop.stop();
      if (revision > 0) await rows.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}
