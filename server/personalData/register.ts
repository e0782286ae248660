/**
 * Writes the register. A view is gathered in memory and stored within a second, so that opening a card waits for
 * nothing; a change, an export and an erasure are stored before they are answered.
 */
import type { Model, Types } from 'mongoose';
import type { RegisterAction, SeenPart } from '../../shared/schemas/personalData.ts';
import type { Logger } from '../observability/logger.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { StoredRegisterLine } from './register.model.ts';

export interface Reader {
  id: string;
  name: string;
}

export interface Register {
  /** Never waits and never fails; a crash may lose what was seen within the last second. */
  saw(person: Reader, clientId: Types.ObjectId, parts: SeenPart[]): void;
  /** Durable when it resolves. @param key of this fact: telling it again adds nothing. */
  write(line: {
    key: string;
    action: Exclude<RegisterAction, 'seen'>;
    person: Reader | null;
    clientId: Types.ObjectId;
    details?: StoredRegisterLine['details'];
    at?: Date;
  }): Promise<void>;
  /** Stores what was seen so far. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface RegisterParts {
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

export function createRegister({ companyId, register, logger, flushMs = FLUSH_MS }: RegisterParts): Register {
  const waiting = new Map<string, StoredRegisterLine>();
  const stored = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();
  let isStopped = false;

  async function writeWaiting(): Promise<void> {
    while (waiting.size > 0) {
      const lines = [...waiting.values()].slice(0, WRITTEN_AT_ONCE);
      const told = lines.map((line) => ({ line, seen: [...line.seen] }));
      await register.collection.bulkWrite(
        told.map(({ line: { _id, seen: _seen, ...line }, seen }) => ({
          updateOne: {
            filter: { _id },
            update: { $setOnInsert: line, $addToSet: { seen: { $each: seen } } },
            upsert: true,
          },
        })) as never,
        { ordered: false },
      );
      if (stored.size > REMEMBERED_MAX) stored.clear();
      for (const { line, seen } of told) {
        for (const part of seen) stored.add(`${line._id} ${part}`);
        // What was seen of it meanwhile is told in the next round.
        if (line.seen.length === seen.length) waiting.delete(line._id);
      }
    }
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
    saw(person, clientId, parts) {
      const at = new Date();
      const hour = Math.floor(at.getTime() / HOUR_MS);
      const _id = `seen:${hour}:${clientId.toHexString()}:${person.id}`;
      const news = parts.filter((part) => !stored.has(`${_id} ${part}`));
      if (news.length === 0) return;
      const line = waiting.get(_id);
      if (line) {
        line.seen = [...new Set([...line.seen, ...news])];
      } else if (waiting.size >= WAITING_MAX) {
        logger.error({ lines: waiting.size }, 'the register is full of what could not be stored');
        return;
      } else {
        const { id: personId, name: personName } = person;
        waiting.set(_id, {
          _id,
          companyId,
          at,
          action: 'seen',
          personId,
          personName,
          clientId,
          seen: news,
          details: {},
        });
      }
      if (!isStopped) timer ??= setTimeout(() => void flush(), flushMs);
    },
    async write({ key, action, person, clientId, details = {}, at = new Date() }) {
      try {
        await register.create({
          _id: `${action}:${key}`,
          companyId,
          at,
          action,
          personId: person?.id ?? null,
          personName: person?.name ?? 'Notify Inbox',
          clientId,
          seen: [],
          details,
        });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    flush,
    async stop() {
      isStopped = true;
      await flush();
    },
  };
}
