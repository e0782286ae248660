/** Results that did not fit into one reply: kept until they are read to the end, killed, or idle for too long. */
import { randomBytes } from 'node:crypto';
import { type Document, Long } from 'bson';
import { CommandError } from '../errors.ts';
import type { TimeLimit } from '../query/timeLimit.ts';
import { type Batch, cursorReply } from '../wire/rawReply.ts';

/** MongoDB's default: cursorTimeoutMillis, 10 minutes. */
const idleMs = 600_000;
const sweepMs = 60_000;
const batchBytes = 16 * 1024 * 1024;
const firstBatchDocuments = 101;

interface OpenCursor {
  namespace: string;
  documents: Iterator<Buffer>;
  /** Read from the source but too large for the previous batch. */
  held: Buffer | undefined;
  lastUsedMs: number;
  timeLimit: TimeLimit | undefined;
}

export interface FirstReply {
  /** Answers once, without a cursor, even when there is more. */
  isSingleBatch?: boolean;
  /** Fields beside the cursor. */
  extra?: Document;
  /** For all batches together. */
  timeLimit?: TimeLimit | undefined;
}

export class Cursors {
  private readonly open = new Map<string, OpenCursor>();
  private readonly sweep = setInterval(() => this.dropIdle(Date.now()), sweepMs).unref();

  get count(): number {
    return this.open.size;
  }

  /** The first reply of a command that answers with documents; keeps a cursor when there is more. */
  start(
    namespace: string,
    documents: Iterable<Buffer>,
    batchSize: number | undefined,
    { isSingleBatch = false, extra, timeLimit }: FirstReply = {},
  ): Buffer {
    const cursor: OpenCursor = {
      namespace,
      documents: documents[Symbol.iterator](),
      held: undefined,
      lastUsedMs: Date.now(),
      timeLimit,
    };
    const { batch, isDone } = nextBatch(cursor, batchSize ?? firstBatchDocuments);
    if (isDone || isSingleBatch) {
      cursor.documents.return?.();
      return reply(cursor, batch, Long.ZERO, 'firstBatch', extra);
    }
    const id = newId();
    this.open.set(id.toString(), cursor);
    timeLimit?.pause();
    return reply(cursor, batch, id, 'firstBatch', extra);
  }

  more(id: Long, namespace: string, batchSize: number | undefined): Buffer {
    const cursor = this.open.get(id.toString());
    if (cursor === undefined || cursor.namespace !== namespace) {
      throw new CommandError(43, `cursor id ${id.toString()} not found`);
    }
    cursor.lastUsedMs = Date.now();
    cursor.timeLimit?.resume();
    try {
      const { batch, isDone } = nextBatch(cursor, batchSize || Number.POSITIVE_INFINITY);
      if (isDone) this.open.delete(id.toString());
      cursor.timeLimit?.pause();
      return reply(cursor, batch, isDone ? Long.ZERO : id, 'nextBatch');
    } catch (error) {
      this.open.delete(id.toString());
      throw error;
    }
  }

  kill(id: Long): boolean {
    this.open.get(id.toString())?.documents.return?.();
    return this.open.delete(id.toString());
  }

  killNamespace(namespace: string): void {
    for (const [id, cursor] of this.open) if (cursor.namespace === namespace) this.open.delete(id);
  }

  dropIdle(nowMs: number): void {
    for (const [id, cursor] of this.open) {
      if (nowMs - cursor.lastUsedMs > idleMs) this.open.delete(id);
    }
  }

  close(): void {
    clearInterval(this.sweep);
    this.open.clear();
  }
}

function nextBatch(cursor: OpenCursor, limit: number): { batch: Buffer[]; isDone: boolean } {
  const batch: Buffer[] = [];
  let bytes = 0;
  while (batch.length < limit) {
    const next = cursor.held ?? advance(cursor);
    cursor.held = undefined;
    if (next === undefined) return { batch, isDone: true };
    if (batch.length > 0 && bytes + next.length > batchBytes) {
      cursor.held = next;
      return { batch, isDone: false };
    }
    batch.push(next);
    bytes += next.length;
  }
  if (limit > 0) cursor.held = advance(cursor);
  return { batch, isDone: limit > 0 && cursor.held === undefined };
}

function advance(cursor: OpenCursor): Buffer | undefined {
  const next = cursor.documents.next();
  return next.done === true ? undefined : next.value;
}

function reply(
  cursor: OpenCursor,
  documents: Buffer[],
  cursorId: Long,
  field: Batch['field'],
  extra?: Document,
): Buffer {
  return cursorReply({ documents, cursorId, namespace: cursor.namespace, field }, extra);
}

function newId(): Long {
  return Long.fromBigInt(BigInt.asIntN(64, randomBytes(8).readBigUInt64BE() >> 1n) || 1n);
}
