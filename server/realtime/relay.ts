/**
 * Carries changes and ended sessions between the processes of one database, through the database itself, so that it
 * works on both stores (no change streams). Each process appends packets under its own counter and reads the others'
 * in order. After a hole every tab requests what it missed, and all sessions are checked again. A single process
 * writes nothing.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Logger } from 'pino';
import type { Change } from '../../shared/events.ts';
import type { Revocation } from '../auth/signedIn.ts';
import { currentTime } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import type { Broadcaster } from './broadcaster.ts';
import { createLiveness, type Heartbeat } from './liveness.ts';
import type { SessionRevocation } from './sessionRevocation.ts';

interface Packet {
  _id: string;
  processId: string;
  number: number;
  changes: Change[];
  /** Absent in packets without ended sessions. */
  ended?: Revocation[];
  at: Date;
}
interface ProcessDocument extends Heartbeat {
  /** The number of the newest packet when the document was written. */
  number: number;
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

const processSchema = new Schema<ProcessDocument>(
  {
    _id: { type: String, required: true },
    number: { type: Number, required: true },
    beat: { type: Number },
    seenAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'processes', versionKey: false },
);
processSchema.index({ seenAt: 1 }, { expireAfterSeconds: 600 });

interface PacketContent {
  changes: Change[];
  ended: Revocation[];
}
const noContent = (): PacketContent => ({ changes: [], ended: [] });

export function relayModels(connection: Connection): {
  packets: Model<Packet>;
  processes: Model<ProcessDocument>;
} {
  return {
    packets: connection.models.RelayPacket ?? connection.model<Packet>('RelayPacket', packetSchema),
    processes: connection.models.Process ?? connection.model<ProcessDocument>('Process', processSchema),
  };
}

export interface RelayTiming {
  readMs: number;
  heartbeatMs: number;
  /** A process whose heartbeat did not move for this long counts as dead. */
  goneMs: number;
}
/** How many packets of one process are read at a time. */
const PACKETS_READ = 100;
const defaultTiming: RelayTiming = { readMs: 100, heartbeatMs: 2_000, goneMs: 10_000 };

export interface Relay {
  /** The other processes that are alive, by their heartbeats. */
  others(): string[];
  /** The store was away, and a write of this process may have succeeded unseen: the others' tabs read again. */
  announceLoss(): void;
  /** Writes the last packet and removes this process from the list. Stop all publishers before. */
  stop(): Promise<void>;
}

export async function startRelay(
  connection: Connection,
  { broadcaster, sessionRevocation }: { broadcaster: Broadcaster; sessionRevocation: SessionRevocation },
  { processId, logger, timing = defaultTiming }: { processId: string; logger: Logger; timing?: RelayTiming },
): Promise<Relay> {
  const { packets, processes } = relayModels(connection);
  const { pickAlive } = createLiveness(timing.goneMs);
  let number = 0;
  let beat = 0;
  let waiting = noContent();
  let writing: Promise<void> | null = null;
  let isStopped = false;
  /** The others may have missed a change. They find that out by an empty packet, or by a hole before the next one. */
  let owesPacket = false;
  /** The other processes that are alive, with the number of the packet read last. */
  const others = new Map<string, number>();

  /** An empty packet means: from here on this process writes for the reader. */
  async function writePacket({ changes, ended }: PacketContent): Promise<void> {
    number += 1;
    const own = number;
    await packets.create({
      _id: `${processId}:${own}`,
      processId,
      number: own,
      changes,
      ...(ended.length > 0 && { ended }),
      at: currentTime(),
    });
  }

  /** Recovers from a loss of unknown size: tabs request what they missed, and sessions are checked in the store. */
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
        const content = waiting;
        waiting = noContent();
        await writePacket(content);
      }
      if (others.size === 0) waiting = noContent();
    } catch (error) {
      owesPacket = true;
      logger.warn({ err: error }, 'changes could not be carried to the other processes');
    }
  }

  async function meet(): Promise<void> {
    beat += 1;
    await processes.updateOne(
      { _id: processId },
      { $set: { number, beat, seenAt: currentTime() } },
      { upsert: true },
    );
    const known = await processes
      .find({ _id: { $ne: processId } })
      .sort({ seenAt: -1 })
      .limit(100)
      .lean<ProcessDocument[]>();
    const alive = pickAlive(known);
    const newcomers = alive.filter(({ _id }) => !others.has(_id));
    if (newcomers.length > 0) {
      for (const { _id, number: last } of newcomers) others.set(_id, last);
      // Until now neither side wrote for the other, so the tabs of both sides request what they missed.
      owesPacket = true;
      makeUpForMissed();
    }
    const aliveIds = new Set(alive.map(({ _id }) => _id));
    for (const id of others.keys()) if (!aliveIds.has(id)) await leave(id);
    if (owesPacket) await payPacket();
  }

  /** Nobody is left to be told where there are no others. */
  async function payPacket(): Promise<void> {
    owesPacket = false;
    if (others.size === 0) return;
    try {
      await writePacket(noContent());
    } catch (error) {
      owesPacket = true;
      throw error;
    }
  }

  /** A process that closed well has written its last packet and removed its document. */
  async function leave(other: string): Promise<void> {
    while ((await readFrom(other)) === PACKETS_READ) {
      // A full page: there may be more.
    }
    // A crashed process may have stored changes that it did not relay.
    const hasCrashed = await processes.exists({ _id: other });
    others.delete(other);
    if (hasCrashed) makeUpForMissed();
  }

  async function read(): Promise<void> {
    for (const other of others.keys()) await readFrom(other);
  }

  /** Resolves with the number of new packets. */
  async function readFrom(other: string): Promise<number> {
    const last = others.get(other);
    if (last === undefined) return 0;
    const fresh = await packets
      .find({ processId: other, number: { $gt: last } })
      .sort({ number: 1 })
      .limit(PACKETS_READ)
      .lean<Packet[]>();
    // The other loop may have read them meanwhile.
    if (others.get(other) !== last) return fresh.length;
    others.set(other, fresh.at(-1)?.number ?? last);
    let expected = last + 1;
    for (const { number, changes, ended = [] } of fresh) {
      if (number !== expected || changes.length + ended.length === 0) makeUpForMissed();
      expected = number + 1;
      for (const one of ended) sessionRevocation.relay(one);
      for (const change of changes) broadcaster.relay(change);
    }
    return fresh.length;
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
    announceLoss() {
      owesPacket = true;
    },
    async stop() {
      isStopped = true;
      await Promise.all(loops.map((loop) => loop.stop()));
      await write();
      await processes.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}
