/**
 * Sends queued answers: claims those that are due, limits the sends of each community so that none delays the others,
 * and stops cleanly. `sendAnswer.ts` sends one answer; `claims.ts` decides which process does.
 */

import { Types } from 'mongoose';
import type { Logger } from 'pino';
import { currentTime } from '../../work/clock.ts';
import { startDueLoop } from '../../work/dueLoop.ts';
import type { Message } from '../message.model.ts';
import { createClaims } from './claims.ts';
import { createSendAnswer, type SendAnswerDeps } from './sendAnswer.ts';

export interface AnswerSenderDeps extends Omit<SendAnswerDeps, 'claims' | 'giveUp'> {
  logger: Logger;
  timing?: Partial<SenderTiming>;
}

export interface SenderTiming {
  /** A claim expires after this time unless its process renews it. */
  leaseMs: number;
  /** How often a process looks for answers that others queued or released. */
  pollMs: number;
  /** An answer that could not be sent for this long fails; the agent may try again. */
  giveUpMs: number;
  /** It also needs this many tries: a desk that was switched off for long has not tried yet. */
  giveUpAttempts: number;
}

const defaultTiming: SenderTiming = {
  leaseMs: 10_000,
  pollMs: 500,
  giveUpMs: 10 * 60_000,
  giveUpAttempts: 5,
};
const PARALLEL_SENDS = 32;
/** A network that hangs, or throttles one community, leaves the remaining sends to the others. */
const PARALLEL_SENDS_OF_COMMUNITY = 8;

export interface AnswerSender {
  wake(): void;
  /** True from the first look for work until it is stopped. */
  isRunning(): boolean;
  /** Waits for the sends under way. */
  stop(): Promise<void>;
}

export function startAnswerSender(deps: AnswerSenderDeps): AnswerSender {
  const timing = { ...defaultTiming, ...deps.timing };
  const { logger } = deps;
  const claims = createClaims({ ...deps, leaseMs: timing.leaseMs });
  const sendAnswer = createSendAnswer({
    ...deps,
    claims,
    giveUp: { afterMs: timing.giveUpMs, afterAttempts: timing.giveUpAttempts },
  });
  const underWay = new Set<Promise<void>>();
  const ofCommunity = new Map<string, number>();
  let isEarlierRunReleased = false;

  /** Claims until nothing is due or all places are in use; a finished send starts another look. */
  async function look(stopping: AbortSignal): Promise<void> {
    if (!isEarlierRunReleased) await releaseEarlierRun();
    await claims.releaseDropped();
    while (!stopping.aborted && underWay.size < PARALLEL_SENDS) {
      const message = await claims.claim(busyCommunities());
      if (!message) return;
      if (stopping.aborted) await claims.release(message, currentTime(), { isCounted: false });
      else begin(message);
    }
  }

  /** Once, and before the first claim: it releases every claim under this process's id, new ones included. */
  async function releaseEarlierRun(): Promise<void> {
    isEarlierRunReleased = true;
    await claims
      .releaseEarlierRun()
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'releasing claims of an earlier run failed; their leases will expire'),
      );
  }

  function begin(message: Message): void {
    const community = message.communityId.toHexString();
    ofCommunity.set(community, (ofCommunity.get(community) ?? 0) + 1);
    const renewing = claims.keepRenewing(message);
    const work = sendAnswer(message)
      .catch((error: unknown) => {
        logger.error({ err: error, messageId: message._id }, 'sending an answer failed; it will be retried');
        claims.drop(message);
      })
      .finally(() => {
        void renewing.stop();
        underWay.delete(work);
        const left = (ofCommunity.get(community) ?? 1) - 1;
        if (left > 0) ofCommunity.set(community, left);
        else ofCommunity.delete(community);
        loop.wake();
      });
    underWay.add(work);
  }

  function busyCommunities(): Types.ObjectId[] {
    return [...ofCommunity]
      .filter(([, sends]) => sends >= PARALLEL_SENDS_OF_COMMUNITY)
      .map(([id]) => new Types.ObjectId(id));
  }

  const loop = startDueLoop({
    look,
    pollMs: timing.pollMs,
    logFailure: (error) => logger.warn({ err: error }, 'looking for answers to send failed'),
  });
  return {
    wake: loop.wake,
    isRunning: loop.isRunning,
    async stop() {
      await loop.stop();
      await Promise.allSettled(underWay);
      await claims.releaseDropped().catch(() => undefined);
    },
  };
}
