/**
 * Asks clients for a mark after a resolution. The question takes the place right after the resolution in the thread,
 * by one insert: so it is asked once, whichever process asks, and not at all when anything came in between. From
 * there the outbox sends it like an answer.
 */
import type { Model, Types } from 'mongoose';
import { usualRatingQuestion } from '../../../shared/schemas/rating.ts';
import type { Community } from '../../communities/community.model.ts';
import type { NotBefore } from '../../companies/sendingLimits.ts';
import type { Logger } from '../../observability/logger.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { insertDocument } from '../../storage/insertDocument.ts';
import { isolated } from '../../storage/isolate.ts';
import { upserting } from '../../storage/upserting.ts';
import { currentTime } from '../../work/clock.ts';
import type { NextLook } from '../../work/dueLoop.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import { underRandomId } from '../outbox/answers.ts';
import { blankDraft, type MessageDraft, type Thread } from '../thread/thread.ts';
import type { Rating, RatingTurn } from './rating.model.ts';

export interface RatingDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  ratings: Model<Rating>;
  ratingTurns: Model<RatingTurn>;
  thread: Pick<Thread, 'appendIf'>;
  /** The company's sending hours. */
  hours(): Promise<NotBefore>;
  /** Wakes this process's sender. */
  wakeSender(): void;
  logger: Logger;
}

const TURN_MS = 7 * 86_400_000;
const LOOKED_AT = 100;
const FAILED_AGAIN_MS = 60 * 60_000;
const isDue = (now: Date) => ({ dueAt: { $gt: new Date(0), $lte: now } });

/** Called after a resolution was stored. Does nothing where the community does not ask. */
export async function planRating(
  { communities, ratings }: Pick<RatingDeps, 'communities' | 'ratings'>,
  conversation: Conversation,
  line: Message,
  personId: Types.ObjectId,
): Promise<boolean> {
  const { companyId, communityId, _id: conversationId, clientId } = conversation;
  if (!(await communities.exists({ _id: communityId, asksRating: true }))) return false;
  const { _id, seq } = line;
  await insertDocument(ratings, {
    _id,
    companyId,
    communityId,
    conversationId,
    clientId,
    personId,
    seq,
    dueAt: currentTime(),
  });
  return true;
}

/** Asks everything that is due. Safe to repeat and to race. @returns when the next question is due. */
export async function askDueRatings(deps: RatingDeps, stopping: AbortSignal): Promise<NextLook> {
  const { ratings } = deps;
  const due = await ratings.find(isDue(currentTime())).sort({ dueAt: 1 }).limit(LOOKED_AT).lean<Rating[]>();
  const notBefore = await deps.hours();
  for (const rating of due) {
    if (stopping.aborted) return undefined;
    // One that cannot be asked, for a reason of its own, must not stand before the others at every look.
    await isolated(
      () => askRating(deps, rating, notBefore),
      async (err) => {
        deps.logger.error(
          { err, ratingId: rating._id },
          'a client could not be asked for a mark; tried again later',
        );
        const dueAt = new Date(currentTime().getTime() + FAILED_AGAIN_MS);
        await ratings.updateOne({ _id: rating._id, dueAt: rating.dueAt as Date }, { $set: { dueAt } });
      },
    );
  }
  if (due.length === LOOKED_AT) return 'again';
  const next = await ratings
    .findOne({ dueAt: { $gt: currentTime() } })
    .sort({ dueAt: 1 })
    .lean<Rating>();
  return next?.dueAt && { at: next.dueAt };
}

/** Asks this one, whether it is due or not. Safe to repeat and to race. */
export async function askRating(deps: RatingDeps, rating: Rating, notBefore: NotBefore): Promise<void> {
  const { ratings, messages } = deps;
  const now = currentTime();
  const conversation = await deps.conversations.findById(rating.conversationId).lean<Conversation>();
  const community = await deps.communities.findById(rating.communityId).lean<Community>();
  // Another process has asked, or this one had before it crashed.
  const known = await findQuestion();
  if (known) return settle(known);
  if (!conversation || !community?.isEnabled || !community.asksRating || !mayAsk(rating)(conversation))
    return drop();
  // The phone is not needed: without one, the hours are those of the company's own zone.
  const opening = notBefore('', now);
  if (opening) {
    await ratings.updateOne({ _id: rating._id, dueAt: rating.dueAt as Date }, { $set: { dueAt: opening } });
    return;
  }
  if (!(await takeTurn(deps.ratingTurns, rating, now))) return drop();
  const text = community.ratingQuestion ?? usualRatingQuestion;
  const asked = await underRandomId({}, (randomId) =>
    deps.thread.appendIf(conversation, { ...questionDraft(rating, text, now), randomId }, mayAsk(rating)),
  );
  if (!asked) {
    // Another process may have asked since the look above: then the row and the client's turn are its own.
    const others = await findQuestion();
    if (others) return settle(others);
    await deps.ratingTurns.deleteOne({ _id: rating.clientId, ratingId: rating._id });
    return drop();
  }
  await settle(asked.message);
  deps.wakeSender();

  async function findQuestion(): Promise<Message | null> {
    const next = await messages
      .findOne({ conversationId: rating.conversationId, seq: rating.seq + 1 })
      .lean<Message>();
    return next?.ratingId?.equals(rating._id) ? next : null;
  }
  async function settle({ createdAt: askedAt }: Message): Promise<void> {
    await ratings.updateOne({ _id: rating._id }, { $set: { askedAt }, $unset: { dueAt: '' } });
  }
  async function drop(): Promise<void> {
    await ratings.deleteOne({ _id: rating._id, askedAt: { $exists: false } });
  }
}

/** Whether the resolution is still the last thing that happened, and the client may be written to. */
const mayAsk =
  ({ seq }: Rating) =>
  ({ status, lastSeq, canWrite, erasedAt }: Conversation): boolean =>
    status === 'resolved' && lastSeq === seq && canWrite && !erasedAt;

async function takeTurn(
  turns: Model<RatingTurn>,
  { _id: ratingId, clientId }: Rating,
  now: Date,
): Promise<boolean> {
  try {
    await upserting(() =>
      turns.updateOne(
        { _id: clientId, $or: [{ at: { $lte: new Date(now.getTime() - TURN_MS) } }, { ratingId }] },
        { $set: { ratingId, at: now } },
        { upsert: true },
      ),
    );
    return true;
  } catch (error) {
    // The client was asked within the week.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function questionDraft({ _id: ratingId }: Rating, text: string, now: Date): MessageDraft {
  return {
    ...blankDraft(now),
    kind: 'answer',
    direction: 'out',
    authorType: 'system',
    authorName: '',
    text,
    ratingId,
    status: 'queued',
    statusHistory: [{ status: 'queued', at: now, source: 'desk' }],
    outbox: { dueAt: now, owner: null, attempts: 0 },
  };
}
