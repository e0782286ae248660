/**
 * Keeps events aside that could not be stored. Channels pass an event only after its letter is stored here. Idempotent:
 * the same event has one letter.
 */

import { type Model, Types } from 'mongoose';
import { deadLetterLimits } from '../../shared/schemas/deadLetter.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { Sealing } from '../storage/sealing.ts';
import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import { type DeadLetter, deadLetterPurpose } from './deadLetter.model.ts';

export interface NewDeadLetter {
  peerId: string | null;
  form: string;
  eventType: string;
  /** The same for one event of the community, whatever brought it. */
  identity: string;
  raw: string;
  isWhole: boolean;
}

export interface DeadLetters {
  isKept(community: CommunityRef, identity: string): Promise<boolean>;
  /**
   * `full`: the community has as many letters as it may have, so nothing was stored and the event must not be passed.
   */
  keep(
    community: CommunityRef,
    letter: NewDeadLetter,
    reason: DeadLetter['reason'],
  ): Promise<'new' | 'known' | 'full'>;
}

export interface DeadLettersDeps {
  companyId: Types.ObjectId;
  deadLetters: Model<DeadLetter>;
  sealing: Sealing;
  /** Tests set fewer. */
  limits?: { perClient: number; perCommunity: number };
}

export function createDeadLetters(deps: DeadLettersDeps): DeadLetters {
  const { companyId, deadLetters, sealing, limits = deadLetterLimits } = deps;
  const idOf = (community: CommunityRef, identity: string) =>
    sealing.blindIndex(`${community.id} ${identity}`, 'dead letter');

  /** Deletes the client's oldest letters over its limit; false if the community has as many as it may. */
  async function makeRoom(communityId: Types.ObjectId, peerId: string | null): Promise<boolean> {
    if (peerId !== null) {
      const ofClient = await deadLetters
        .find({ communityId, peerId }, { _id: 1 })
        .sort({ at: -1 })
        .lean<Pick<DeadLetter, '_id'>[]>();
      const tooOld = ofClient.slice(limits.perClient - 1).map(({ _id }) => _id);
      if (tooOld.length > 0) await deadLetters.deleteMany({ _id: { $in: tooOld } });
    }
    return (
      (await deadLetters.countDocuments({ communityId }, { limit: limits.perCommunity })) <
      limits.perCommunity
    );
  }

  return {
    isKept: async (community, identity) =>
      (await deadLetters.exists({ _id: idOf(community, identity) })) !== null,

    async keep(community, { peerId, form, eventType, identity, raw, isWhole }, reason) {
      const _id = idOf(community, identity);
      const communityId = new Types.ObjectId(community.id);
      const now = currentTime();
      const again = { $set: { reason, lastAt: now }, $inc: { failures: 1 } };
      const known = await deadLetters.updateOne({ _id }, again);
      if (known.matchedCount > 0) return 'known';
      if (!(await makeRoom(communityId, peerId))) return 'full';
      const text = raw.slice(0, deadLetterLimits.rawChars);
      const { upsertedCount } = await upserting(() =>
        deadLetters.updateOne(
          { _id },
          {
            ...again,
            $setOnInsert: {
              companyId,
              communityId,
              network: community.network,
              peerId,
              form,
              eventType: eventType.slice(0, 64),
              rawSealed: sealing.seal(text, deadLetterPurpose(_id)),
              isWhole: isWhole && text.length === raw.length,
              at: now,
            },
          },
          { upsert: true },
        ),
      );
      return upsertedCount > 0 ? 'new' : 'known';
    },
  };
}

export function openDeadLetter(
  sealing: Sealing,
  { _id, rawSealed }: Pick<DeadLetter, '_id' | 'rawSealed'>,
): string {
  return sealing.open(rawSealed, deadLetterPurpose(_id));
}
