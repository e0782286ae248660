/**
 * Writes the register. A view is gathered in memory and stored within a second, so that opening a card waits for
 * nothing; a change, an export and an erasure are stored before they are answered.
 */
import type { Model, Types } from 'mongoose';
import type { RegisterAction, SeenList, SeenPart } from '../../shared/schemas/personalData.ts';
import { type Actor, DESK_NAME } from '../audit/actor.ts';
import type { Logger } from '../observability/logger.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { StoredRegisterLine } from './register.model.ts';

export interface Register {
  /** Never waits and never fails; a crash may lose what was seen within the last second. */
  recordView(person: Actor, clientId: Types.ObjectId, parts: SeenPart[]): void;
  /**
   * Rows of a list in which phones stand whole: one line a colleague, list and hour, with how many of them. A row that is
   * shown again within the hour is one, but for a process that does not remember.
   */
  recordRowViews(person: Actor, list: SeenList, rowIds: readonly string[]): void;
  /** Durable when it resolves. @param key of this fact: telling it again adds nothing. */
  write(line: {
    key: string;
    action: Exclude<RegisterAction, 'seen'>;
    person: Actor | null;
    clientId: Types.ObjectId | null;
    details?: StoredRegisterLine['details'];
    at?: Date;
  }): Promise<void>;
  /** What became known of a line only after it was written. */
  complete(line: { key: string; action: 'exported' }, details: StoredRegisterLine['details']): Promise<void>;
  /** Stores what was seen so far. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface RegisterDeps {
  companyId: Types.ObjectId;
  register: Model<StoredRegisterLine>;
  logger: Logger;
  flushMs?: number;
}

const FLUSH_MS = 500;
const HOUR_MS = 3600_000;
/** While the store is away nothing is forgotten, until this many lines wait. */
const WAITING_MAX = 20_000;
const WRITTEN_AT_ONCE = 500;
/** Lines that were stored by this process: the same view again writes nothing. */
const REMEMBERED_MAX = 50_000;

/** A line and how many rows of a list are still to be added to it. */
interface WaitingLine {
  line: StoredRegisterLine;
  rows: number;
}

export function createRegister({ companyId, register, logger, flushMs = FLUSH_MS }: RegisterDeps): Register {
  const waiting = new Map<string, WaitingLine>();
  const stored = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();
  let isStopped = false;

  async function writeWaiting(): Promise<void> {
    while (waiting.size > 0) {
      const told = [...waiting.values()]
        .slice(0, WRITTEN_AT_ONCE)
        .map((each) => ({ each, rows: each.rows, seen: [...each.line.seen] }));
      await register.collection.bulkWrite(
        told.map(({ each, rows, seen }) => {
          const { _id, seen: _seen, details, ...line } = each.line;
          return {
            updateOne: {
              filter: { _id },
              update: {
                $setOnInsert: rows === 0 ? { ...line, details } : line,
                $addToSet: { seen: { $each: seen } },
                ...(rows === 0 ? {} : { $inc: { 'details.rows': rows } }),
              },
              upsert: true,
            },
          };
        }) as never,
        { ordered: false },
      );
      if (stored.size > REMEMBERED_MAX) stored.clear();
      for (const { each, rows, seen } of told) {
        const { line } = each;
        for (const part of seen) stored.add(`${line._id} ${part}`);
        each.rows -= rows;
        // What was seen of it meanwhile is told in the next round.
        if (line.seen.length === seen.length && each.rows === 0) waiting.delete(line._id);
      }
    }
  }

  /** The line that waits under this id, with more to tell of it. */
  function add(
    about: Pick<StoredRegisterLine, '_id' | 'at' | 'clientId'>,
    { id: personId, name: personName }: Actor,
    { seen, rows }: { seen: SeenPart[]; rows: number },
  ): void {
    const held = waiting.get(about._id);
    if (held) {
      held.line.seen = [...new Set([...held.line.seen, ...seen])];
      held.rows += rows;
    } else if (waiting.size >= WAITING_MAX) {
      logger.error({ lines: waiting.size }, 'the register is full of what could not be stored');
      return;
    } else {
      const line = { ...about, companyId, action: 'seen', personId, personName, seen, details: {} } as const;
      waiting.set(about._id, { line, rows });
    }
    if (!isStopped) timer ??= setTimeout(() => void flush(), flushMs);
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    writing = writing.then(writeWaiting).catch((error: unknown) => {
      logger.warn(
        { err: error, lines: waiting.size },
        'the register could not be written; it is tried again',
      );
      if (!isStopped) timer ??= setTimeout(() => void flush(), flushMs * 4);
    });
    return writing;
  }

  return {
    recordView(person, clientId, parts) {
      const at = new Date();
      const _id = `seen:${hourOf(at)}:${clientId.toHexString()}:${person.id}`;
      const seen = parts.filter((part) => !stored.has(`${_id} ${part}`));
      if (seen.length > 0) add({ _id, at, clientId }, person, { seen, rows: 0 });
    },
    recordRowViews(person, list, rowIds) {
      const at = new Date();
      const _id = `seen:${hourOf(at)}:${list}:${person.id}`;
      const news = [...new Set(rowIds)].filter((rowId) => !stored.has(`${_id} ${rowId}`));
      if (news.length === 0) return;
      if (stored.size > REMEMBERED_MAX) stored.clear();
      for (const rowId of news) stored.add(`${_id} ${rowId}`);
      add({ _id, at, clientId: null }, person, { seen: [list], rows: news.length });
    },
    async write({ key, action, person, clientId, details = {}, at = new Date() }) {
      try {
        await register.create({
          _id: `${action}:${key}`,
          companyId,
          at,
          action,
          personId: person?.id ?? null,
          personName: person?.name ?? DESK_NAME,
          clientId,
          seen: [],
          details,
        });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async complete({ key, action }, details) {
      const set = Object.fromEntries(
        Object.entries(details).map(([name, value]) => [`details.${name}`, value]),
      );
      await register.updateOne({ _id: `${action}:${key}` }, { $set: set });
    },
    flush,
    async stop() {
      isStopped = true;
      await flush();
    },
  };
}

const hourOf = (at: Date) => Math.floor(at.getTime() / HOUR_MS);
