/**
 * What follows from a move of a message's status: units of quota come back, the thread and the company's own systems
 * hear of it, figures count it. Done at once by who moved it; what a crash left undone is found and done again, so each
 * of these can be repeated.
 */
import { type Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { StatusOutbox } from '../statusWebhooks/statusOutbox.ts';
import { FOLLOW_LEASE_MS } from './followUpTimes.ts';
import type { QuotaKeeper } from './quota.ts';
import type { ServiceMessage, ServiceMove } from './serviceMessage.model.ts';
import { unitsToReturn } from './units.ts';

/** Hears of messages whose status has moved since it was last told; may be told twice of the same. */
export type MovedListener = (messages: readonly ServiceMessage[]) => Promise<void>;

export interface FollowUpParts {
  serviceMessages: Model<ServiceMessage>;
  quota: QuotaKeeper;
  statusOutbox: StatusOutbox;
  listeners: MovedListener[];
  logger: Logger;
}

export interface FollowUps {
  /** Does what follows for messages that carry `followUp`. Never rejects: what failed stays to be done. */
  follow(messages: readonly ServiceMessage[]): Promise<void>;
  /** Takes up what others left undone; returns how many. */
  sweep(now?: Date): Promise<number>;
}

const SWEEP_AT_ONCE = 500;

export function createFollowUps(parts: FollowUpParts): FollowUps {
  const { serviceMessages, quota, statusOutbox, listeners, logger } = parts;

  async function follow(messages: readonly ServiceMessage[]): Promise<void> {
    if (messages.length === 0) return;
    try {
      await quota.giveBack(messages.flatMap(unitsToReturn));
      await Promise.all(messages.flatMap((message) => tell(statusOutbox, message)));
      for (const listener of listeners) await listener(messages);
      await forget(messages);
    } catch (error) {
      logger.warn(
        { err: error, messages: messages.length },
        'what follows from a status is done again later',
      );
    }
  }

  /** A move that came meanwhile has raised the sequence, and stays to be followed. */
  async function forget(messages: readonly ServiceMessage[]): Promise<void> {
    const sequences = [...new Set(messages.map(({ sequence }) => sequence))];
    await Promise.all(
      sequences.map((sequence) => {
        const ids = messages.filter((each) => each.sequence === sequence).map(({ _id }) => _id);
        return serviceMessages.updateMany(
          { _id: { $in: ids }, 'followUp.sequence': sequence },
          { $unset: { followUp: '' } },
        );
      }),
    );
  }

  return {
    follow,
    async sweep(now = new Date()) {
      const due = await serviceMessages
        .find({ 'followUp.dueAt': { $lte: now } })
        .sort({ 'followUp.dueAt': 1 })
        .limit(SWEEP_AT_ONCE)
        .lean<ServiceMessage[]>();
      if (due.length === 0) return 0;
      // Whoever else sweeps leaves these alone meanwhile.
      await serviceMessages.updateMany(
        { _id: { $in: due.map(({ _id }) => _id) }, 'followUp.dueAt': { $lte: now } },
        { $set: { 'followUp.dueAt': new Date(now.getTime() + FOLLOW_LEASE_MS) } },
      );
      await follow(due);
      return due.length;
    },
  };
}

/** The moves that nobody has been told of yet; only who sent by a key asked to be told. */
function tell(statusOutbox: StatusOutbox, message: ServiceMessage): Promise<void>[] {
  const keyId = keyIdOf(message.senderKey);
  if (!keyId) return [];
  const { _id, companyId, clientMessageId, statusUrl, callbackData } = message;
  return movesSince(message).map(({ status, at, sequence, code }) =>
    statusOutbox.enqueue(
      { _id, companyId, keyId, clientMessageId, statusUrl, callbackData },
      { status, at, sequence, code: code ?? null },
    ),
  );
}

/** Changes of the status that are still to be followed, in their order. */
export function movesSince({ history, followUp }: ServiceMessage) {
  const since = followUp?.since ?? 0;
  return history.filter(
    (move): move is ServiceMove & { status: ServiceMessage['status']; sequence: number } =>
      move.sequence !== undefined && move.sequence >= since,
  );
}

function keyIdOf(senderKey: string): Types.ObjectId | null {
  const [, id] = /^key:([0-9a-f]{24})$/.exec(senderKey) ?? [];
  return id === undefined ? null : new Types.ObjectId(id);
}
