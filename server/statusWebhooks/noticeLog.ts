/** The log of a key's notices, for administrators, and sending a notice again. */

import type { Model, Types } from 'mongoose';
import type { StatusNoticeView } from '../../shared/schemas/apiKey.ts';
import { askAgain } from '../storage/askAgain.ts';
import { currentTime } from '../work/clock.ts';
import { NOTICE_KEPT_TRYING_MS } from './enqueue.ts';
import type { NoticeState, StatusNotices } from './statusNotices.model.ts';

const LOGGED_MESSAGES = 50;

/** The most recently changed messages with their transitions, those in `state` if it is given. */
export async function listNotices(
  notices: Model<StatusNotices>,
  keyId: Types.ObjectId,
  state?: NoticeState,
): Promise<StatusNoticeView[]> {
  const found = await notices
    .find({ keyId, ...(state && { 'moves.state': state }) })
    .sort({ updatedAt: -1, _id: -1 })
    .limit(LOGGED_MESSAGES)
    .lean<StatusNotices[]>();
  return found.flatMap(({ _id, moves: transitions }) =>
    transitions
      .filter((transition) => !state || transition.state === state)
      .map((transition) => ({
        messageId: _id.toHexString(),
        sequence: transition.sequence,
        status: transition.status,
        at: transition.at.toISOString(),
        url: transition.url,
        state: transition.state,
        attempts: transition.attempts,
        nextAttemptAt: transition.state === 'waiting' ? transition.nextAttemptAt.toISOString() : null,
        log: transition.log.map(({ at, httpStatus, problem }) => ({
          at: at.toISOString(),
          httpStatus,
          problem,
        })),
      })),
  );
}

/** False when there is no such transition, or it still waits. Otherwise it gets another day of attempts. */
export async function sendAgain(
  notices: Model<StatusNotices>,
  { keyId, messageId, sequence }: { keyId: Types.ObjectId; messageId: Types.ObjectId; sequence: number },
): Promise<boolean> {
  const now = currentTime();
  const transitionIn = (state: unknown) => ({
    _id: messageId,
    keyId,
    moves: { $elemMatch: { sequence, state } },
  });
  return askAgain(async (isRepeat) => {
    const { matchedCount } = await notices.updateOne(transitionIn({ $ne: 'waiting' }), {
      $set: {
        'moves.$.state': 'waiting',
        'moves.$.attempts': 0,
        'moves.$.nextAttemptAt': now,
        'moves.$.giveUpAt': new Date(now.getTime() + NOTICE_KEPT_TRYING_MS),
        updatedAt: now,
      },
      $min: { dueAt: now },
      $inc: { revision: 1 },
      $unset: { expireAt: 1 },
    });
    if (matchedCount === 1 || !isRepeat) return matchedCount === 1;
    // An earlier attempt of this call may have done it.
    return (await notices.exists(transitionIn('waiting'))) !== null;
  });
}
