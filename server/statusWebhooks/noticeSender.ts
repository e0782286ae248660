/**
 * Posts waiting notices. A message's notices go in the order of its transitions: the next one only after the previous
 * was delivered or given up. If it is unknown whether a post arrived, it is repeated with the same id.
 */

import { type Model, Types } from 'mongoose';
import type { StatusNotice } from '../../shared/v1/messages.ts';
import type { RingKey } from '../apiKeys/keyRing.ts';
import type { Logger } from '../observability/logger.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing, leaseBeside } from '../work/lease.ts';
import type { NoticePoster, Posted } from './postNotice.ts';
import { SIGNATURE_HEADER, signatureOf } from './signNotice.ts';
import type { NoticeTransition, StatusNotices } from './statusNotices.model.ts';

export interface NoticeSenderDeps {
  notices: Model<StatusNotices>;
  keyOf(keyId: Types.ObjectId): Promise<RingKey | null>;
  poster: NoticePoster;
  logger: Logger;
  timing?: Partial<NoticeTiming>;
}

export interface NoticeTiming {
  /** Renewed while posts are under way; a crash delays a message's notices by this much. */
  leaseMs: number;
  pollMs: number;
  /** Waits between attempts; the last one repeats until the notice is given up. */
  backoffMs: readonly number[];
}

export interface NoticeSender {
  wake(): void;
  /** Waits for the posts that are under way. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
const usualTiming: NoticeTiming = {
  leaseMs: 30_000,
  pollMs: 1_000,
  backoffMs: [
    5_000,
    15_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    60 * MINUTE_MS,
    120 * MINUTE_MS,
  ],
};
const PARALLEL_MESSAGES = 32;
/** Fewer per key, so that a system that hangs leaves places for others. */
const PARALLEL_MESSAGES_OF_KEY = 8;
const JITTER = 0.2;
const LOG_LINES = 5;
const LOG_KEPT_MS = 30 * 24 * 3_600_000;

/** Each claim has its own id: a process works on many messages at once. */
const lease = leaseBeside({ leaseUntil: 'leaseUntil', owner: 'claimId' });

type Claimed = StatusNotices & { claimId: Types.ObjectId };

export function startNoticeSender({
  notices,
  keyOf,
  poster,
  logger,
  timing = {},
}: NoticeSenderDeps): NoticeSender {
  const { leaseMs, pollMs, backoffMs } = { ...usualTiming, ...timing };
  const underWay = new Set<Promise<void>>();
  const ofKey = new Map<string, number>();

  const loop = startDueLoop({
    async look(stopping) {
      while (!stopping.aborted && underWay.size < PARALLEL_MESSAGES) {
        const claimed = await claim();
        if (!claimed) return;
        begin(claimed, stopping);
      }
    },
    pollMs,
    logFailure: (error) => logger.warn({ err: error }, 'looking for status notices failed; it is retried'),
  });

  function claim(): Promise<Claimed | null> {
    const now = currentTime();
    const { filter, set } = lease.claim(new Types.ObjectId(), leaseMs, now);
    const busy = [...ofKey]
      .filter(([, count]) => count >= PARALLEL_MESSAGES_OF_KEY)
      .map(([id]) => new Types.ObjectId(id));
    return notices
      .findOneAndUpdate(
        {
          dueAt: { $lte: now },
          ...filter,
          ...(busy.length > 0 && { keyId: { $nin: busy } }),
        },
        { $set: set },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      .lean<Claimed>()
      .exec();
  }

  function begin(claimed: Claimed, stopping: AbortSignal): void {
    const keyId = claimed.keyId.toHexString();
    ofKey.set(keyId, (ofKey.get(keyId) ?? 0) + 1);
    const work = keepingClaim(claimed, () => deliver(claimed, stopping))
      .catch((error: unknown) =>
        logger.warn(
          { err: error, messageId: claimed._id },
          'posting a status notice failed; it is retried after its lease',
        ),
      )
      .finally(() => {
        underWay.delete(work);
        const left = (ofKey.get(keyId) ?? 1) - 1;
        if (left > 0) ofKey.set(keyId, left);
        else ofKey.delete(keyId);
        loop.wake();
      });
    underWay.add(work);
  }

  async function keepingClaim(claimed: Claimed, work: () => Promise<void>): Promise<void> {
    const renewing = keepRenewing({
      everyMs: leaseMs / 3,
      async renew() {
        const { matchedCount } = await notices.updateOne(heldBy(claimed), {
          $set: lease.renew(claimed.claimId, leaseMs).set,
        });
        return matchedCount === 1;
      },
      logFailure: (error) =>
        logger.warn({ err: error, messageId: claimed._id }, 'renewing the claim on status notices failed'),
    });
    try {
      await work();
    } finally {
      await renewing.stop();
    }
  }

  async function deliver(claimed: Claimed, stopping: AbortSignal): Promise<void> {
    let current: Claimed | null = claimed;
    while (current) {
      const head: NoticeTransition | undefined = current.moves.find(({ state }) => state === 'waiting');
      const isDue = head !== undefined && head.nextAttemptAt.getTime() <= currentTimeMs();
      if (!head || !isDue || stopping.aborted) {
        if (await release(current, head?.nextAttemptAt ?? null)) return;
        // A transition was added meanwhile, or the claim was lost: read again.
        current = await notices.findOne(heldBy(current)).lean<Claimed>();
        continue;
      }
      current = await tryOnce(current, head);
    }
  }

  async function tryOnce(notice: Claimed, head: NoticeTransition): Promise<Claimed | null> {
    const key = await keyOf(notice.keyId);
    const url = notice.statusUrl ?? key?.statusUrl ?? null;
    const posted = await postTo(url, key, notice, head);
    const now = currentTimeMs();
    const isFinal = url === null || now >= head.giveUpAt.getTime();
    const state = posted.problem === null ? 'delivered' : isFinal ? 'failed' : 'waiting';
    const nextAttemptAt = new Date(Math.min(now + waitAfter(head.attempts), head.giveUpAt.getTime()));
    if (state === 'failed')
      logger.warn(
        { messageId: notice._id, keyId: notice.keyId, sequence: head.sequence, problem: posted.problem },
        'a status notice was not delivered and is given up',
      );
    return notices
      .findOneAndUpdate(
        { ...heldBy(notice), 'moves.sequence': head.sequence },
        {
          $set: {
            'moves.$.state': state,
            'moves.$.nextAttemptAt': nextAttemptAt,
            'moves.$.url': url ?? head.url,
            ...lease.renew(notice.claimId, leaseMs).set,
            updatedAt: new Date(now),
          },
          $inc: { 'moves.$.attempts': 1 },
          $push: { 'moves.$.log': { $each: [{ at: new Date(now), ...posted }], $slice: -LOG_LINES } },
        },
        { returnDocument: 'after' },
      )
      .lean<Claimed>();
  }

  function postTo(
    url: string | null,
    key: RingKey | null,
    notice: StatusNotices,
    { sequence, status, at, code }: NoticeTransition,
  ): Promise<Posted> | Posted {
    if (!url || !key) return { httpStatus: null, problem: 'noAddress' };
    if (!key.isActive) return { httpStatus: null, problem: 'keyOff' };
    const messageId = notice._id.toHexString();
    const { clientMessageId, callbackData } = notice;
    const payload: StatusNotice = {
      id: `${messageId}-${sequence}`,
      messageId,
      clientMessageId,
      sequence,
      status,
      at: at.toISOString(),
      code,
      callbackData,
    };
    const body = JSON.stringify(payload);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'notify-inbox',
      [SIGNATURE_HEADER]: signatureOf(key.webhookSecret, currentTimeMs(), body),
    };
    return poster.post(url, headers, body);
  }

  /** False when a transition was added meanwhile, or another process has the claim. */
  async function release(notice: Claimed, dueAt: Date | null): Promise<boolean> {
    const { matchedCount } = await notices.updateOne(
      { ...heldBy(notice), revision: notice.revision },
      {
        $set: {
          ...lease.release(notice.claimId).set,
          ...(dueAt ? { dueAt } : { expireAt: new Date(currentTimeMs() + LOG_KEPT_MS) }),
        },
        ...(dueAt ? {} : { $unset: { dueAt: 1 } }),
      },
    );
    return matchedCount === 1;
  }

  function waitAfter(attempts: number): number {
    const wait = backoffMs[Math.min(attempts, backoffMs.length - 1)] ?? MINUTE_MS;
    return wait * (1 - JITTER + 2 * JITTER * Math.random());
  }

  return {
    wake: loop.wake,
    async stop() {
      await loop.stop();
      await Promise.allSettled(underWay);
      poster.close();
    },
  };
}

/** Matches the notices only while this claim holds. */
function heldBy({ _id, claimId }: Claimed) {
  return { _id, ...lease.heldBy(claimId) };
}
