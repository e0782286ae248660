/**
 * Sends queued answers: looks for what is due, shares its places among communities so that none keeps the others
 * waiting, and ends cleanly. What is done with one answer is `sendAnswer.ts`, who may do it `claims.ts`.
 */
import { Types } from 'mongoose';
import type { Logger } from 'pino';
import { startDueLoop } from '../../work/dueLoop.ts';
import type { Message } from '../message.model.ts';
import { createClaims } from './claims.ts';
import { createSendAnswer, type SendAnswerDeps } from './sendAnswer.ts';

export interface AnswerSenderDeps extends Omit<SendAnswerDeps, 'claims' | 'giveUp'> {
  logger: Logger;
  timing?: Partial<SenderTiming>;
}

export interface SenderTiming {
  /** How long a process that says nothing is believed to be sending; a living one renews its claims. */
  leaseMs: number;
  /** How often a process looks for what others queued or let go of. */
  pollMs: number;
  /** An answer that could not be sent for this long fails, and the agent decides. */
  giveUpMs: number;
  /** And not before so many tries: a desk that was off for long has not tried yet. */
  giveUpAttempts: number;
}

const defaultTiming: SenderTiming = {
  leaseMs: 10_000,
  pollMs: 500,
  giveUpMs: 10 * 60_000,
  giveUpAttempts: 5,
};
const PARALLEL_SENDS = 32;
/** Of these: a network that hangs, or limits one community, leaves places for the others. */
const PARALLEL_SENDS_OF_COMMUNITY = 8;

export interface AnswerSender {
  wake(): void;
  /** True once it has looked for work, until it is stopped. */
  isRunning(): boolean;
  /** Lets the sends under way finish. */
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
  let isEarlierLifeReleased = false;

  /** Claims until nothing is due or enough is under way; a finished send looks again. */
  async function look(stopping: AbortSignal): Promise<void> {
    if (!isEarlierLifeReleased) await releaseEarlierLife();
    await claims.releaseDropped();
    while (!stopping.aborted && underWay.size < PARALLEL_SENDS) {
      const message = await claims.claim(busyCommunities());
      if (!message) return;
      if (stopping.aborted) await claims.release(message, new Date(), { isCounted: false });
      else begin(message);
    }
  }

  /** Once, and before the first claim: it releases every claim under this process's name, so also a new one. */
  async function releaseEarlierLife(): Promise<void> {
    isEarlierLifeReleased = true;
    await claims
      .releaseEarlierLife()
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'own claims were not released; their leases will run out'),
      );
  }

  function begin(message: Message): void {
    const community = message.communityId.toHexString();
    ofCommunity.set(community, (ofCommunity.get(community) ?? 0) + 1);
    const renewing = claims.keepRenewing(message);
    const work = sendAnswer(message)
      .catch((error: unknown) => {
        logger.error(
          { err: error, messageId: message._id },
          'sending an answer failed; it is taken up again',
        );
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
