/**
 * Runs the effects of transitions: releases quota, queues notices to the company's systems, and calls the listeners
 * (threads, statistics, phone reports). The process that wrote the transition runs them at once; after a crash
 * another process finds the write's row and runs them again. So each effect must be safe to repeat. An effect that
 * fails stops neither the other effects nor other messages.
 */

import { type Model, Types } from 'mongoose';
import type { Logger } from '../../observability/logger.ts';
import { isolated } from '../../storage/isolate.ts';
import { backoffMs } from '../../work/backoff.ts';
import { currentTime } from '../../work/clock.ts';
import { dueLease, keepRenewing, leaseEnd } from '../../work/lease.ts';
import type { QuotaKeeper } from '../quota/quota.ts';
import { unitsToReturn } from '../quota/units.ts';
import type { ServiceMessage, StatusTransition } from '../serviceMessage.model.ts';
import type { OpenTransitions } from './openTransitions.model.ts';
import { ABANDONED_MS, EFFECTS_LEASE_MS } from './statusEffectTimes.ts';
import type { StatusOutbox } from './statusOutbox.ts';

/** A line of the history that changed the status. */
export type AppliedTransition = StatusTransition & { status: ServiceMessage['status']; sequence: number };

export interface TransitionedMessage extends ServiceMessage {
  /** Its transitions that may not have been published yet, in their order. */
  unnotified: AppliedTransition[];
}

/** Called with messages that have new transitions; may be called again with the same ones. */
export type TransitionListener = (messages: readonly TransitionedMessage[]) => Promise<void>;

export interface StatusEffectDeps {
  serviceMessages: Model<ServiceMessage>;
  openTransitions: Model<OpenTransitions>;
  quota: QuotaKeeper;
  statusOutbox: StatusOutbox;
  listeners: TransitionListener[];
  logger: Logger;
  /** When another process takes over the effects. Tests may set less than `EFFECTS_LEASE_MS`. */
  leaseMs?: number;
}

export interface StatusEffects {
  /** Call it before the write. From then on the write's effects will run, even if this process crashes. */
  open(changeId: Types.ObjectId, messageIds: Types.ObjectId[]): Promise<void>;
  /** Runs the effects of one write for the messages that it changed. Never rejects: a failure is retried later. */
  run(changeId: Types.ObjectId, messages: readonly ServiceMessage[]): Promise<void>;
  /** Runs the pending effects of these messages. Returns the ids of those for which it failed. */
  runPending(messages: readonly ServiceMessage[]): Promise<Set<string>>;
  /** The ids of those messages that have pending effects. */
  findPending(messages: readonly Pick<ServiceMessage, '_id' | 'history'>[]): Promise<Set<string>>;
  /** Runs the effects that other processes left unfinished; returns the number of writes. */
  sweep(now?: Date): Promise<number>;
}

/** By write id, the messages whose effects are pending. A row may be done for some of its messages already. */
type OpenChanges = Map<string, Pick<ReadonlySet<string>, 'has'>>;

/** For the write of the current call: all the messages that the call was given. */
const ALL_MESSAGES: Pick<ReadonlySet<string>, 'has'> = { has: () => true };

/** Of rows that were left by their writer. Each sweep has its own id. */
const sweepLease = dueLease({ dueAt: 'dueAt', owner: 'sweptBy' });
const SWEEP_ROWS = 100;
const SWEEP_MESSAGES = 500;
const RETRY_MOST_MS = 3600_000;

export function createStatusEffects(deps: StatusEffectDeps): StatusEffects {
  const { serviceMessages, openTransitions, quota, statusOutbox, listeners, logger } = deps;
  const { leaseMs = EFFECTS_LEASE_MS } = deps;

  /** Includes these messages' earlier open writes, so that a company's systems get the transitions in order. */
  async function openChanges(
    messages: readonly Pick<ServiceMessage, 'history'>[],
    known: readonly Types.ObjectId[] = [],
  ): Promise<OpenChanges> {
    const open: OpenChanges = new Map(known.map((id) => [id.toHexString(), ALL_MESSAGES]));
    const unseen = new Map<string, Types.ObjectId>();
    for (const { history } of messages)
      for (const { changeId } of history) {
        if (changeId === undefined) continue;
        const id = changeId.toHexString();
        if (!open.has(id)) unseen.set(id, changeId);
      }
    if (unseen.size === 0) return open;
    const found = await openTransitions
      .find({ _id: { $in: [...unseen.values()] } }, { messageIds: 1 })
      .lean<Pick<OpenTransitions, '_id' | 'messageIds'>[]>();
    for (const { _id, messageIds } of found) open.set(_id.toHexString(), new Set(messageIds.map(String)));
    return open;
  }

  async function runEffects(messages: readonly ServiceMessage[], open: OpenChanges): Promise<void> {
    // Changes the caller's own objects: copying the messages would cost more than the effects.
    const transitioned = messages.map((message) =>
      Object.assign(message, { unnotified: transitionsIn(message, open) }),
    );
    const effects = [
      () => quota.release(transitioned.flatMap(unitsToReturn)),
      () => Promise.all(transitioned.flatMap((message) => notifySystems(statusOutbox, message))),
      ...listeners.map((listener) => () => listener(transitioned)),
    ];
    const failures: unknown[] = [];
    for (const effect of effects) await isolated(effect, (error) => void failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'some status effects failed');
  }

  /** False when the work failed and must be retried later. */
  async function attempt(work: () => Promise<unknown>, messageCount: number): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      logger.warn({ err: error, messages: messageCount }, 'status effects failed; they are retried later');
      return false;
    }
  }

  return {
    async open(changeId, messageIds) {
      const now = currentTime();
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
        // The rows stay for the other messages of their writes.
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

    async sweep(now = currentTime()) {
      const due = limitMessages(
        await openTransitions
          .find({ dueAt: { $lte: now } })
          .sort({ dueAt: 1 })
          .limit(SWEEP_ROWS)
          .lean<OpenTransitions[]>(),
      );
      if (due.length === 0) return 0;
      const sweepId = new Types.ObjectId();
      const { filter, set } = sweepLease.claim(sweepId, leaseMs, now);
      const rowIds = { _id: { $in: due.map(({ _id }) => _id) } };
      await openTransitions.updateMany({ ...rowIds, ...filter }, { $set: set });
      // Another process may have claimed some of them first.
      const own = await openTransitions.find({ ...rowIds, sweptBy: sweepId }).lean<OpenTransitions[]>();
      if (own.length === 0) return 0;
      const messageIds = own.flatMap((row) => row.messageIds);
      const renewing = keepSweeping(sweepId, own);
      await attempt(async () => {
        await isolated(
          () => runRows(own, messageIds, now),
          async () => {
            for (const row of own) await runAlone(row, now);
          },
        );
      }, messageIds.length);
      await renewing.stop();
      return own.length;
    },
  };

  function keepSweeping(sweepId: Types.ObjectId, rows: OpenTransitions[]) {
    return keepRenewing({
      everyMs: leaseMs / 3,
      async renew() {
        const { filter, set } = sweepLease.renew(sweepId, leaseMs);
        const { matchedCount } = await openTransitions.updateMany(
          { _id: { $in: rows.map(({ _id }) => _id) }, ...filter },
          { $set: set },
        );
        return matchedCount > 0;
      },
      logFailure: (error) => logger.warn({ err: error }, 'the lease of status effects was not renewed'),
    });
  }

  /** The messages of one row, each by itself: one whose effects fail stays in the row, and is tried later and later. */
  async function runAlone(
    { _id: changeId, messageIds, failures = 0 }: OpenTransitions,
    now: Date,
  ): Promise<void> {
    let failed = 0;
    for (const _id of messageIds) {
      const message = await serviceMessages
        .findOne({ _id, 'history.changeId': changeId })
        .lean<ServiceMessage>();
      // It may not be written yet: the next sweep looks again.
      if (!message) continue;
      await isolated(
        async () => {
          await runEffects([message], await openChanges([message], [changeId]));
          await openTransitions.updateOne({ _id: changeId }, { $pull: { messageIds: _id } as never });
        },
        (err) => {
          failed += 1;
          logger.error(
            { err, messageId: _id, failures },
            'status effects of a message failed; retrying later',
          );
        },
      );
    }
    await openTransitions.deleteOne({ _id: changeId, messageIds: { $size: 0 } });
    if (failed === 0) return;
    const waitMs = backoffMs({
      firstMs: leaseMs,
      mostMs: RETRY_MOST_MS,
      jitter: 'equal',
      failures: failures + 1,
    });
    await openTransitions.updateOne(
      { _id: changeId },
      // Without its owner: the sweep under way renews the leases of its other rows.
      { $set: { dueAt: leaseEnd(waitMs, now) }, $unset: { sweptBy: '' }, $inc: { failures: 1 } },
    );
  }

  async function runRows(due: OpenTransitions[], messageIds: Types.ObjectId[], now: Date): Promise<void> {
    const changeIds = due.map(({ _id }) => _id);
    const transitioned = await serviceMessages
      .find({ _id: { $in: messageIds }, 'history.changeId': { $in: changeIds } })
      .lean<ServiceMessage[]>();
    if (transitioned.length > 0) await runEffects(transitioned, await openChanges(transitioned, changeIds));
    const written = new Set(
      transitioned.flatMap(({ _id, history }) => history.map(({ changeId }) => `${changeId} ${_id}`)),
    );
    // If a message does not show the write yet, the writer may only be slow.
    const finished = due.filter(
      ({ _id, messageIds: ids, openedAt }) =>
        now.getTime() - openedAt.getTime() >= ABANDONED_MS || ids.every((id) => written.has(`${_id} ${id}`)),
    );
    await openTransitions.deleteMany({ _id: { $in: finished.map(({ _id }) => _id) } });
  }
}

/** The first rows with at most `SWEEP_MESSAGES` messages together; at least one row. */
function limitMessages(rows: OpenTransitions[]): OpenTransitions[] {
  let messages = 0;
  return rows.filter(({ messageIds }, at) => {
    messages += messageIds.length;
    return at === 0 || messages <= SWEEP_MESSAGES;
  });
}

/** Queues notices of the unpublished transitions. Only messages sent with an API key have notices. */
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
