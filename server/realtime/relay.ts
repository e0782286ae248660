/**
 * Carries changes and ended sessions between the processes that serve one database, through the database itself, so
 * that both stores serve it alike (no change streams). Each process appends its packets under its own counter and
 * reads the others' in order; a hole makes every tab ask for what it missed, and sessions be looked at anew. With one
 * process alive nothing is written.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Logger } from 'pino';
import type { Change } from '../../shared/events.ts';
import type { Revocation } from '../auth/signedIn.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { SessionRevocation } from './sessionRevocation.ts';

interface Packet {
  _id: string;
  processId: string;
  number: number;
  changes: Change[];
  /** Absent in packets without any. */
  ended?: Revocation[];
  at: Date;
}
interface ProcessRow {
  _id: string;
  /** The number of the newest packet when the row was written. */
  number: number;
  seenAt: Date;
}

const packetSchema = new Schema<Packet>(
  {
    _id: { type: String, required: true },
    processId: { type: String, required: true },
    number: { type: Number, required: true },
    changes: { type: Schema.Types.Mixed, required: true },
    ended: { type: Schema.Types.Mixed },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'relayPackets', versionKey: false },
);
packetSchema.index({ processId: 1, number: 1 }, { unique: true });
packetSchema.index({ at: 1 }, { expireAfterSeconds: 120 });

const processSchema = new Schema<ProcessRow>(
  {
    _id: { type: String, required: true },
    number: { type: Number, required: true },
    seenAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'processes', versionKey: false },
);
processSchema.index({ seenAt: 1 }, { expireAfterSeconds: 600 });

interface News {
  changes: Change[];
  ended: Revocation[];
}
const noNews = (): News => ({ changes: [], ended: [] });

export function relayModels(connection: Connection): {
  packets: Model<Packet>;
  processes: Model<ProcessRow>;
} {
  return {
    packets: connection.models.RelayPacket ?? connection.model<Packet>('RelayPacket', packetSchema),
    processes: connection.models.Process ?? connection.model<ProcessRow>('Process', processSchema),
  };
}

export interface RelayTiming {
  readMs: number;
  heartbeatMs: number;
  /** A process that was not seen for this long is not written for. */
  goneMs: number;
}
/** How many packets of one process are read at a time. */
const PACKETS_READ = 100;
const defaultTiming: RelayTiming = { readMs: 100, heartbeatMs: 2_000, goneMs: 10_000 };

export interface Relay {
  /** The processes that live besides this one, as the last heartbeats say. */
  others(): string[];
  /** Writes what was announced last, and says goodbye: whoever announces must have stopped before. */
  stop(): Promise<void>;
}

export async function startRelay(
  connection: Connection,
  { broadcaster, sessionRevocation }: { broadcaster: Broadcaster; sessionRevocation: SessionRevocation },
  { processId, logger, timing = defaultTiming }: { processId: string; logger: Logger; timing?: RelayTiming },
): Promise<Relay> {
  const { packets, processes } = relayModels(connection);
  let number = 0;
  let waiting = noNews();
  let writing: Promise<void> | null = null;
  let isStopped = false;
  /** Others that are alive, with the number of the packet read last. */
  const others = new Map<string, number>();

  /** An empty one says: from here on I write for you. */
  async function writePacket({ changes, ended }: News): Promise<void> {
    number += 1;
    const own = number;
    await packets.create({
      _id: `${processId}:${own}`,
      processId,
      number: own,
      changes,
      ...(ended.length > 0 && { ended }),
      at: new Date(),
    });
  }

  /** What was missed is not known: tabs ask for it, and sessions that ended meanwhile are found in the store. */
  function makeUpForMissed(): void {
    broadcaster.askToResume();
    sessionRevocation.recheck();
  }

  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    try {
      while (waiting.changes.length + waiting.ended.length > 0 && others.size > 0) {
        const news = waiting;
        waiting = noNews();
        await writePacket(news);
      }
      if (others.size === 0) waiting = noNews();
    } catch (error) {
      // The number was used, so the others find a hole and ask again.
      logger.warn({ err: error }, 'changes could not be carried to the other processes');
    }
  }

  async function meet(): Promise<void> {
    const now = Date.now();
    await processes.updateOne(
      { _id: processId },
      { $set: { number, seenAt: new Date(now) } },
      { upsert: true },
    );
    const alive = await processes
      .find({ _id: { $ne: processId }, seenAt: { $gt: new Date(now - timing.goneMs) } })
      .limit(100)
      .lean<ProcessRow[]>();
    const newcomers = alive.filter((row) => !others.has(row._id));
    for (const row of newcomers) others.set(row._id, row.number);
    const aliveIds = new Set(alive.map((row) => row._id));
    for (const id of others.keys()) if (!aliveIds.has(id)) await part(id);
    if (newcomers.length === 0) return;
    // Until now nothing was written for them, nor read from them: both sides' tabs ask for what they missed.
    await writePacket(noNews());
    makeUpForMissed();
  }

  /** A process that ended well has written its last news and taken its row away. */
  async function part(other: string): Promise<void> {
    while ((await readFrom(other)) === PACKETS_READ) {
      // A full page: there may be more.
    }
    others.delete(other);
    // One that died may have stored what it could not tell any more.
    if (await processes.exists({ _id: other })) makeUpForMissed();
  }

  async function read(): Promise<void> {
    for (const other of others.keys()) await readFrom(other);
  }

  /** Resolves with how many packets were new. */
  async function readFrom(other: string): Promise<number> {
    const last = others.get(other);
    if (last === undefined) return 0;
    const news = await packets
      .find({ processId: other, number: { $gt: last } })
      .sort({ number: 1 })
      .limit(PACKETS_READ)
      .lean<Packet[]>();
    // The other loop may have read them meanwhile.
    if (others.get(other) !== last) return news.length;
    others.set(other, news.at(-1)?.number ?? last);
    let expected = last + 1;
    for (const { number, changes, ended = [] } of news) {
      if (number !== expected || changes.length + ended.length === 0) makeUpForMissed();
      expected = number + 1;
      for (const one of ended) sessionRevocation.relay(one);
      for (const change of changes) broadcaster.relay(change);
    }
    return news.length;
  }

  broadcaster.onPublished((change) => carry(() => waiting.changes.push(change)));
  sessionRevocation.onRevoked((revocation) => carry(() => waiting.ended.push(revocation)));
  function carry(add: () => void): void {
    if (others.size === 0 || isStopped) return;
    add();
    void write();
  }

  await meet();
  const loops = [every(timing.heartbeatMs, meet), every(timing.readMs, read)];
  function every(pollMs: number, look: () => Promise<void>) {
    return startDueLoop({
      look,
      pollMs,
      firstLook: 'afterPoll',
      logFailure: (error) => logger.warn({ err: error }, 'the relay between processes failed'),
    });
  }

  return {
    others: () => [...others.keys()],
    async stop() {
      isStopped = true;
      await Promise.all(loops.map((loop) => loop.stop()));
      await write();
      await processes.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}
