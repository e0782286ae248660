/**
 * What follows from a move of a message's status: units of quota come back, the thread and the company's own systems
 * hear of it, figures count it. Done at once by who moved it; what a crash left undone is found by its write's row and
 * done again, so each of these can be repeated.
 */
import { type Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import { leaseEnd } from '../work/lease.ts';
import type { OpenTransitions } from './openTransitions.model.ts';
import type { QuotaKeeper } from './quota.ts';
import type { ServiceMessage, StatusTransition } from './serviceMessage.model.ts';
import { ABANDONED_MS, FOLLOW_LEASE_MS } from './statusEffectTimes.ts';
import type { StatusOutbox } from './statusOutbox.ts';
import { unitsToReturn } from './units.ts';

/** A line of the history that changed the status. */
export type AppliedTransition = StatusTransition & { status: ServiceMessage['status']; sequence: number };

export interface TransitionedMessage extends ServiceMessage {
  /** Its moves that nobody may have been told of yet, in their order. */
  unnotified: AppliedTransition[];
}

/** Hears of messages whose status has moved since it was last told; may be told twice of the same. */
export type TransitionListener = (messages: readonly TransitionedMessage[]) => Promise<void>;

export interface StatusEffectDeps {
  serviceMessages: Model<ServiceMessage>;
  openTransitions: Model<OpenTransitions>;
  quota: QuotaKeeper;
  statusOutbox: StatusOutbox;
  listeners: TransitionListener[];
  logger: Logger;
  /** After which a move counts as left undone; `FOLLOW_LEASE_MS` unless a test has no time for it. */
  leaseMs?: number;
}

export interface StatusEffects {
  /** Before the write itself: from here on it is followed, whatever becomes of this process. */
  open(changeId: Types.ObjectId, messageIds: Types.ObjectId[], now: Date): Promise<void>;
  /** Does what follows for the messages that the write moved. Never rejects: what failed stays to be done. */
  run(changeId: Types.ObjectId, messages: readonly ServiceMessage[]): Promise<void>;
  /** Does what is still open of these. Returns the ids of those of which it could not be done. */
  runPending(messages: readonly ServiceMessage[]): Promise<Set<string>>;
  /** Of these messages, those with a move that is not followed yet. */
  findPending(messages: readonly Pick<ServiceMessage, '_id' | 'history'>[]): Promise<Set<string>>;
  /** Takes up what others left undone; returns how many writes. */
  sweep(now?: Date): Promise<number>;
}

/**
 * Writes that are still to be followed, by id, and for which messages: a row that was followed for some of those it
 * named stands for the others alone.
 */
type OpenChanges = Map<string, Pick<ReadonlySet<string>, 'has'>>;

/** Of a write that this very call follows, for all that it is given. */
const EVERYONE: Pick<ReadonlySet<string>, 'has'> = { has: () => true };

const SWEEP_ROWS = 100;
const SWEEP_MESSAGES = 500;

export function createStatusEffects(deps: StatusEffectDeps): StatusEffects {
  const { serviceMessages, openTransitions, quota, statusOutbox, listeners, logger } = deps;
  const { leaseMs = FOLLOW_LEASE_MS } = deps;

  /** Of these messages' earlier writes too, if any is still open: a company hears of the moves in their order. */
  async function openChanges(
    messages: readonly Pick<ServiceMessage, 'history'>[],
    known: readonly Types.ObjectId[] = [],
  ): Promise<OpenChanges> {
    const open: OpenChanges = new Map(known.map((id) => [id.toHexString(), EVERYONE]));
    const asked = new Map<string, Types.ObjectId>();
    for (const { history } of messages)
      for (const { changeId } of history) {
        if (changeId === undefined) continue;
        const id = changeId.toHexString();
        if (!open.has(id)) asked.set(id, changeId);
      }
    if (asked.size === 0) return open;
    const found = await openTransitions
      .find({ _id: { $in: [...asked.values()] } }, { messageIds: 1 })
      .lean<Pick<OpenTransitions, '_id' | 'messageIds'>[]>();
    for (const { _id, messageIds } of found) open.set(_id.toHexString(), new Set(messageIds.map(String)));
    return open;
  }

  async function runEffects(messages: readonly ServiceMessage[], open: OpenChanges): Promise<void> {
    // On the messages themselves, which are the caller's own: copying them all costs more than telling.
    const transitioned = messages.map((message) =>
      Object.assign(message, { unnotified: transitionsIn(message, open) }),
    );
    await quota.release(transitioned.flatMap(unitsToReturn));
    await Promise.all(transitioned.flatMap((message) => notifySystems(statusOutbox, message)));
    for (const listener of listeners) await listener(transitioned);
  }

  /** False when it must be done again later. */
  async function attempt(work: () => Promise<unknown>, messages: number): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      logger.warn({ err: error, messages }, 'what follows from a status is done again later');
      return false;
    }
  }

  return {
    async open(changeId, messageIds, now) {
      await openTransitions.collection.insertOne({
        _id: changeId,
        messageIds,
        openedAt: now,
        dueAt: leaseEnd(leaseMs, now),
      });
    },

    async run(changeId, messages) {
      await attempt(async () => {
        if (messages.length > 0) await runEffects(messages, await openChanges(messages, [changeId]));
        await openTransitions.collection.deleteOne({ _id: changeId });
      }, messages.length);
    },

    async runPending(messages) {
      const open = await openChanges(messages);
      const transitioned = messages.filter((message) => transitionsIn(message, open).length > 0);
      if (transitioned.length === 0) return new Set();
      const ids = transitioned.map(({ _id }) => _id);
      const isDone = await attempt(async () => {
        await runEffects(transitioned, open);
        // The rows go on to stand for the others that their writes moved.
        await openTransitions.updateMany(
          { _id: { $in: [...open.keys()].map((id) => new Types.ObjectId(id)) } },
          { $pull: { messageIds: { $in: ids } } as never },
        );
      }, transitioned.length);
      return new Set(isDone ? [] : ids.map(String));
    },

    async findPending(messages) {
      const open = await openChanges(messages);
      const transitioned = messages.filter((message) => transitionsIn(message, open).length > 0);
      return new Set(transitioned.map(({ _id }) => _id.toHexString()));
    },

    async sweep(now = new Date()) {
      const due = fewOf(
        await openTransitions
          .find({ dueAt: { $lte: now } })
          .sort({ dueAt: 1 })
          .limit(SWEEP_ROWS)
          .lean<OpenTransitions[]>(),
      );
      if (due.length === 0) return 0;
      // Whoever else sweeps leaves these alone meanwhile.
      await openTransitions.updateMany(
        { _id: { $in: due.map(({ _id }) => _id) }, dueAt: { $lte: now } },
        { $set: { dueAt: leaseEnd(leaseMs, now) } },
      );
      const messageIds = due.flatMap((row) => row.messageIds);
      await attempt(() => runRows(due, messageIds, now), messageIds.length);
      return due.length;
    },
  };

  async function runRows(due: OpenTransitions[], messageIds: Types.ObjectId[], now: Date): Promise<void> {
    const changeIds = due.map(({ _id }) => _id);
    const transitioned = await serviceMessages
      .find({ _id: { $in: messageIds }, 'history.changeId': { $in: changeIds } })
      .lean<ServiceMessage[]>();
    if (transitioned.length > 0) await runEffects(transitioned, await openChanges(transitioned, changeIds));
    const shown = new Set(
      transitioned.flatMap(({ _id, history }) => history.map(({ changeId }) => `${changeId} ${_id}`)),
    );
    // A message that does not show the move may be about to: its writer may only be slow.
    const over = due.filter(
      ({ _id, messageIds: ids, openedAt }) =>
        now.getTime() - openedAt.getTime() >= ABANDONED_MS || ids.every((id) => shown.has(`${_id} ${id}`)),
    );
    await openTransitions.deleteMany({ _id: { $in: over.map(({ _id }) => _id) } });
  }
}

/** The first of these, as long as they name few messages; at least one. */
function fewOf(rows: OpenTransitions[]): OpenTransitions[] {
  let messages = 0;
  return rows.filter(({ messageIds }, at) => {
    messages += messageIds.length;
    return at === 0 || messages <= SWEEP_MESSAGES;
  });
}

/** The moves that nobody has been told of yet; only who sent by a key asked to be told. */
function notifySystems(statusOutbox: StatusOutbox, message: TransitionedMessage): Promise<void>[] {
  const keyId = keyIdOf(message.senderKey);
  if (!keyId) return [];
  const { _id, companyId, clientMessageId, statusUrl, callbackData } = message;
  return message.unnotified.map(({ status, at, sequence, code }) =>
    statusOutbox.enqueue(
      { _id, companyId, keyId, clientMessageId, statusUrl, callbackData },
      { status, at, sequence, code: code ?? null },
    ),
  );
}

function transitionsIn(
  { _id, history }: Pick<ServiceMessage, '_id' | 'history'>,
  open: OpenChanges,
): AppliedTransition[] {
  return history.filter(
    (transition): transition is AppliedTransition =>
      transition.sequence !== undefined &&
      transition.changeId !== undefined &&
      open.get(transition.changeId.toHexString())?.has(_id.toHexString()) === true,
  );
}

function keyIdOf(senderKey: string): Types.ObjectId | null {
  const [, id] = /^key:([0-9a-f]{24})$/.exec(senderKey) ?? [];
  return id === undefined ? null : new Types.ObjectId(id);
}
