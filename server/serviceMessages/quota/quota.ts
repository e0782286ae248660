/**
 * N7, the daily quota: at most five service messages to one client from one community in any rolling 24 hours. A unit
 * is reserved before its message is stored, counts from the moment of sending once the message is handed over, and is
 * released if the message ends without reaching the client. Each step is one atomic, idempotent update of one
 * document, so parallel senders and processes never exceed five. A bank's messages hold units too, without the limit:
 * they count once its mark is taken back (ADR 22).
 */

import type { Model, Types } from 'mongoose';
import { askUntilKnown, isDuplicate, throwUnless, writeEach } from '../../storage/bulkWrites.ts';
import { currentTime } from '../../work/clock.ts';
import type { Quota, QuotaUnit } from './quota.model.ts';

export const quotaLimits = { unitsPerWindow: 5, windowMs: 24 * 3600_000 } as const;

/** If a unit has no message after this time, its process died between the two writes. */
const orphanAfterMs = 10 * 60_000;

export interface UnitRequest {
  communityId: Types.ObjectId;
  phoneIndex: string;
  messageId: Types.ObjectId;
  /** The message's `expiresAt`: the latest moment at which it may still be sent. */
  sentBy: Date;
  /** A bank's message: it is counted, and never refused. */
  isUnlimited?: boolean;
}

export type QuotaReservation =
  | { kind: 'taken' }
  /** At `retryAt` a unit is free for certain; earlier if a waiting message ends. */
  | { kind: 'spent'; retryAt: Date };

export interface QuotaKeeper {
  /** One answer for each request, in their order. A repeat for the same message reserves nothing more. */
  reserve(requests: UnitRequest[], now?: Date): Promise<QuotaReservation[]>;
  /** Starts the 24 hours of these units at `now`. Call it before the message is handed over, not after. */
  markSent(units: UnitRequest[], now?: Date): Promise<void>;
  release(units: Pick<UnitRequest, 'communityId' | 'phoneIndex' | 'messageId'>[]): Promise<void>;
  /** How many units are left; if none, `retryAt` is when the next one is free. */
  left(
    communityId: Types.ObjectId,
    phoneIndex: string,
    now?: Date,
  ): Promise<{ left: number; retryAt: Date | null }>;
  /** Releases units that have no message; returns how many. */
  sweep(now?: Date): Promise<number>;
}

export interface QuotaDeps {
  quota: Model<Quota>;
  /** The ids of those messages that exist and still hold a unit in this community. */
  holders(communityId: string, messageIds: Types.ObjectId[]): Promise<Set<string>>;
}

/** So many units of a bank's client are kept before the old ones are pruned. */
const UNITS_BEFORE_PRUNING = 50;

/** Matches while there is room for one more. A bank's messages always have room once the old units are pruned. */
function roomFor({ isUnlimited }: UnitRequest, { isPruned }: { isPruned: boolean }): object {
  if (isUnlimited && isPruned) return {};
  const most = isUnlimited ? UNITS_BEFORE_PRUNING : quotaLimits.unitsPerWindow;
  return { [`units.${most - 1}`]: { $exists: false } };
}

export function createQuota({ quota, holders }: QuotaDeps): QuotaKeeper {
  const keyOf = ({ communityId, phoneIndex }: Pick<UnitRequest, 'communityId' | 'phoneIndex'>) =>
    `${communityId.toHexString()}:${phoneIndex}`;

  /**
   * The indexes of the refused. If the quota is full or the unit exists, the filter misses and the upsert hits the
   * unique `_id`. A unit that an earlier attempt of this call reserved is refused too: the caller finds it.
   */
  async function tryReserve(
    requests: UnitRequest[],
    now: Date,
    room: { isPruned: boolean },
  ): Promise<Set<number>> {
    if (requests.length === 0) return new Set();
    const checkAt = new Date(now.getTime() + orphanAfterMs);
    const operations = requests.map((request) => ({
      updateOne: {
        filter: {
          _id: keyOf(request),
          ...roomFor(request, room),
          'units.messageId': { $ne: request.messageId },
        },
        update: {
          $push: {
            units: { messageId: request.messageId, takenAt: now, sentAt: null, sentBy: request.sentBy },
          },
          $set: { touchedAt: now },
          $min: { checkAt },
        },
        upsert: true,
      },
    }));
    const { outcomes } = await askUntilKnown(operations.length, (which) =>
      writeEach(
        quota.collection,
        which.map((at) => operations[at]!),
      ),
    );
    throwUnless(outcomes, isDuplicate);
    return new Set(outcomes.flatMap((outcome, at) => (isDuplicate(outcome) ? [at] : [])));
  }

  async function pruneOld(keys: string[], now: Date): Promise<void> {
    const windowStart = new Date(now.getTime() - quotaLimits.windowMs);
    await quota.updateMany(
      { _id: { $in: keys } },
      { $pull: { units: { sentAt: { $lte: windowStart } } } as never },
    );
  }

  return {
    async reserve(requests, now = currentTime()) {
      const answers: QuotaReservation[] = requests.map(() => ({ kind: 'taken' }));
      let open = requests.map((_, at) => at);
      // The second round runs after the units older than the window were pruned.
      for (const isSecond of [false, true]) {
        const refused = await tryReserve(
          open.map((at) => requests[at]!),
          now,
          { isPruned: isSecond },
        );
        if (refused.size === 0) return answers;
        const rest = [...refused].map((index) => open[index]!);
        const keys = [...new Set(rest.map((at) => keyOf(requests[at]!)))];
        if (!isSecond) await pruneOld(keys, now);
        const found = await quota.find({ _id: { $in: keys } }).lean<Quota[]>();
        const byKey = new Map(found.map((each) => [each._id, each]));
        open = rest.filter((at) => {
          const { messageId } = requests[at]!;
          const units = byKey.get(keyOf(requests[at]!))?.units ?? [];
          return !units.some((unit) => unit.messageId.equals(messageId));
        });
        if (isSecond) {
          for (const at of open) {
            const units = byKey.get(keyOf(requests[at]!))?.units ?? [];
            if (!requests[at]!.isUnlimited) answers[at] = { kind: 'spent', retryAt: freeAt(units, now) };
          }
        }
      }
      return answers;
    },

    async markSent(units, now = currentTime()) {
      if (units.length === 0) return;
      await quota.collection.bulkWrite(
        units.map((unit) => ({
          updateOne: {
            filter: { _id: keyOf(unit), 'units.messageId': unit.messageId },
            update: { $set: { 'units.$.sentAt': now } },
          },
        })) as never,
        { ordered: false },
      );
    },

    async release(units) {
      if (units.length === 0) return;
      await quota.collection.bulkWrite(
        units.map((unit) => ({
          updateOne: {
            filter: { _id: keyOf(unit) },
            update: { $pull: { units: { messageId: unit.messageId } } },
          },
        })) as never,
        { ordered: false },
      );
    },

    async left(communityId, phoneIndex, now = currentTime()) {
      const found = await quota.findById(keyOf({ communityId, phoneIndex })).lean<Quota>();
      const counted = countedUnits(found?.units ?? [], now);
      const left = Math.max(0, quotaLimits.unitsPerWindow - counted.length);
      return { left, retryAt: left > 0 ? null : freeAt(counted, now) };
    },

    async sweep(now = currentTime()) {
      let released = 0;
      for (;;) {
        const due = await quota
          .find({ checkAt: { $lte: now } })
          .sort({ checkAt: 1 })
          .limit(100)
          .lean<Quota[]>();
        for (const each of due) released += await checkOne(each, now);
        if (due.length < 100) return released;
      }
    },
  };

  async function checkOne(found: Quota, now: Date): Promise<number> {
    const orphanedBefore = now.getTime() - orphanAfterMs;
    const waiting = found.units.filter(({ sentAt }) => sentAt === null);
    const old = waiting.filter(({ takenAt }) => takenAt.getTime() <= orphanedBefore);
    const communityId = found._id.slice(0, found._id.indexOf(':'));
    const held = await holders(
      communityId,
      old.map(({ messageId }) => messageId),
    );
    const orphans = old.filter(({ messageId }) => !held.has(messageId.toHexString()));
    const hasWaiting = waiting.length > orphans.length;
    // Release only the units that were checked. A unit reserved meanwhile has set `checkAt` again.
    await quota.collection.updateOne({ _id: found._id as never, checkAt: found.checkAt }, {
      $pull: { units: { messageId: { $in: orphans.map(({ messageId }) => messageId) }, sentAt: null } },
      ...(hasWaiting
        ? { $set: { checkAt: new Date(now.getTime() + orphanAfterMs) } }
        : { $unset: { checkAt: '' } }),
    } as never);
    return orphans.length;
  }
}

function countedUnits(units: QuotaUnit[], now: Date): QuotaUnit[] {
  const windowStart = now.getTime() - quotaLimits.windowMs;
  return units.filter(({ sentAt }) => sentAt === null || sentAt.getTime() > windowStart);
}

/** When so many of these units have left the window for certain that one more has room. */
function freeAt(units: QuotaUnit[], now: Date): Date {
  const leaves = units
    .map(({ sentAt, sentBy }) => (sentAt ?? sentBy).getTime() + quotaLimits.windowMs)
    .sort((a, b) => a - b);
  // A bank's client may have had more than the limit.
  const last = leaves[Math.max(0, leaves.length - quotaLimits.unitsPerWindow)] ?? now.getTime();
  return new Date(Math.max(now.getTime(), last));
}
