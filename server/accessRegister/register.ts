/**
 * Writes the register. Views are collected in memory and stored within a second, so that opening a card waits for
 * nothing. A change, an export and an erasure are stored before the request is answered.
 */

import { randomUUID } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { RegisterAction, SeenList, SeenPart } from '../../shared/schemas/personalData.ts';
import { type Actor, DESK_NAME } from '../audit/actor.ts';
import type { Logger } from '../observability/logger.ts';
import { isDuplicate, upsertEach } from '../storage/bulkWrites.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import type { StoredRegisterLine } from './register.model.ts';

export interface Register {
  /** Never waits and never fails; a crash may lose the views of the last second. */
  recordView(
    person: Actor,
    clientId: Types.ObjectId,
    parts: SeenPart[],
    /** The conversation that was opened; absent when only a part of one was shown. */
    conversationId?: Types.ObjectId,
  ): void;
  /**
   * Rows of a list that show full phones: one line per person, list and hour, with the number of rows. A row that is
   * shown again within the hour counts once, unless the process has restarted.
   */
  recordRowViews(person: Actor, list: SeenList, rowIds: readonly string[]): void;
  /** Durable when it resolves. @param key of this fact: a repeat adds nothing. */
  write(line: {
    key: string;
    action: Exclude<RegisterAction, 'seen'>;
    person: Actor | null;
    clientId: Types.ObjectId | null;
    details?: StoredRegisterLine['details'];
    at?: Date;
  }): Promise<void>;
  /** Adds details that became known only after the line was written. */
  complete(line: { key: string; action: 'exported' }, details: StoredRegisterLine['details']): Promise<void>;
  /** Stores the views collected so far. */
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
/** While the store is away no view is dropped, until this many lines wait. */
const WAITING_MAX = 20_000;
const WRITTEN_AT_ONCE = 500;
/** Lines that this process has stored: a repeated view writes nothing. */
const REMEMBERED_MAX = 50_000;

/** More writes of one line are never repeated at once. */
const WRITE_IDS_KEPT = 20;

/** A line, and how many rows of a list are still to be added to it. */
interface WaitingLine {
  line: StoredRegisterLine;
  rows: number;
  /** Rows whose write is under way or ended in the unknown: they are written again under the same id. */
  unconfirmed?: { writeId: string; rows: number } | undefined;
}

export function createRegister({ companyId, register, logger, flushMs = FLUSH_MS }: RegisterDeps): Register {
  const waiting = new Map<string, WaitingLine>();
  const stored = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();
  let isStopped = false;

  async function writeWaiting(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, WRITTEN_AT_ONCE).map((each) => {
        if (each.rows > 0) each.unconfirmed ??= { writeId: randomUUID(), rows: each.rows };
        return { each, stored: partsOf(each.line) };
      });
      const outcomes = await upsertEach(
        register.collection,
        batch.map(({ each, stored }) => addingOf(each, stored)),
      );
      if (stored.size > REMEMBERED_MAX) stored.clear();
      const failures = batch.flatMap(({ each, stored: parts }, at) => {
        const outcome = outcomes[at]!;
        const isThere = outcome.kind === 'written' || (each.unconfirmed && isDuplicate(outcome));
        if (!isThere) return [outcome.error];
        confirm(each, parts);
        return [];
      });
      if (failures.length > 0) throw failures[0];
    }
  }

  function confirm(each: WaitingLine, { seen, opened }: LineParts): void {
    const { line, unconfirmed } = each;
    for (const part of [...seen, ...opened]) stored.add(`${line._id} ${part}`);
    each.rows -= unconfirmed?.rows ?? 0;
    each.unconfirmed = undefined;
    // Views that were added meanwhile are written in the next round.
    const now = partsOf(line);
    if (now.seen.length === seen.length && now.opened.length === opened.length && each.rows === 0)
      waiting.delete(line._id);
  }

  /** Adds a view to the line that waits under this id, or starts the line. */
  function add(
    about: Pick<StoredRegisterLine, '_id' | 'at' | 'clientId'>,
    { id: personId, name: personName }: Actor,
    { seen, rows, opened = [] }: { seen: SeenPart[]; rows: number; opened?: Types.ObjectId[] },
  ): void {
    const held = waiting.get(about._id);
    if (held) {
      held.line.seen = [...new Set([...held.line.seen, ...seen])];
      const known = partsOf(held.line).opened;
      held.line.conversationIds = [
        ...(held.line.conversationIds ?? []),
        ...opened.filter((id) => !known.includes(id.toHexString())),
      ];
      held.rows += rows;
    } else if (waiting.size >= WAITING_MAX) {
      logger.error({ lines: waiting.size }, 'the register is full: its lines could not be stored');
      return;
    } else {
      const line: StoredRegisterLine = {
        ...about,
        companyId,
        action: 'seen',
        personId,
        personName,
        seen,
        details: {},
        conversationIds: opened,
      };
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
    recordView(person, clientId, parts, conversationId) {
      const at = currentTime();
      const _id = `seen:${hourOf(at)}:${clientId.toHexString()}:${person.id}`;
      const seen = parts.filter((part) => !stored.has(`${_id} ${part}`));
      const isOpening = conversationId && !stored.has(`${_id} ${conversationId.toHexString()}`);
      const opened = isOpening ? [conversationId] : [];
      if (seen.length > 0 || opened.length > 0) add({ _id, at, clientId }, person, { seen, rows: 0, opened });
    },
    recordRowViews(person, list, rowIds) {
      const at = currentTime();
      const _id = `seen:${hourOf(at)}:${list}:${person.id}`;
      const freshIds = [...new Set(rowIds)].filter((rowId) => !stored.has(`${_id} ${rowId}`));
      if (freshIds.length === 0) return;
      if (stored.size > REMEMBERED_MAX) stored.clear();
      for (const rowId of freshIds) stored.add(`${_id} ${rowId}`);
      add({ _id, at, clientId: null }, person, { seen: [list], rows: freshIds.length });
    },
    async write({ key, action, person, clientId, details = {}, at = currentTime() }) {
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

interface LineParts {
  seen: readonly SeenPart[];
  /** Ids of conversations, as text. */
  opened: readonly string[];
}

function partsOf({ seen, conversationIds = [] }: StoredRegisterLine): LineParts {
  return { seen: [...seen], opened: conversationIds.map((id) => id.toHexString()) };
}

/** The line itself, or its missing views and rows. Rows are added once, however often this is written. */
function addingOf({ line, unconfirmed }: WaitingLine, { seen: seenParts, opened }: LineParts) {
  const { _id, seen: _seen, conversationIds: _opened, details, ...about } = line;
  return {
    updateOne: {
      filter: { _id, ...(unconfirmed && { writeIds: { $ne: unconfirmed.writeId } }) },
      update: {
        $setOnInsert: unconfirmed ? about : { ...about, details },
        $addToSet: {
          seen: { $each: seenParts },
          ...(opened.length > 0 && {
            conversationIds: { $each: opened.map((id) => new Types.ObjectId(id)) },
          }),
        },
        ...(unconfirmed && {
          $inc: { 'details.rows': unconfirmed.rows },
          $push: { writeIds: { $each: [unconfirmed.writeId], $slice: -WRITE_IDS_KEPT } },
        }),
      },
      upsert: true,
    },
  };
}

const hourOf = (at: Date) => Math.floor(at.getTime() / HOUR_MS);
