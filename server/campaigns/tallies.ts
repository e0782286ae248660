/**
 * Where a mailing's messages are now. Each move raises its row's number to the move's sequence and status, so that a
 * move told twice or late changes nothing. The sums in the mailing's own row follow: a tally that was changed is counted
 * once more and replaces in one guarded write what the sums held of it, so a crash or a second process adds nothing.
 */
import { Types } from 'mongoose';
import { type ServiceStatus, serviceStatuses } from '../../shared/v1/statuses.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { indexOfToken } from './columns.ts';
import type { Mailing, MailingModels, MailingTally, StatusCounts } from './mailing.model.ts';
import { paceUpdate } from './pace.ts';

const ROWS_IN_TALLY = 1_000;
const STATUSES = 8;
const FOLDED_AT_ONCE = 50;
const SENDER = /^mailing:([0-9a-f]{24})$/;

export const senderKeyOf = (mailingId: Types.ObjectId) => `mailing:${mailingId.toHexString()}`;

export function mailingIdOf(senderKey: string): string | undefined {
  return SENDER.exec(senderKey)?.[1];
}

export interface Tallies {
  /** To be told of every move. */
  moved(messages: readonly ServiceMessage[]): Promise<void>;
  /** Brings the sums of all mailings up to the tallies. */
  fold(now?: Date): Promise<void>;
}

export function createTallies({
  mailings,
  mailingTallies,
}: Pick<MailingModels, 'mailings' | 'mailingTallies'>): Tallies {
  /** False when somebody else folded one of these meanwhile: they are found again if anything is left to do. */
  async function foldInto(mailingId: Types.ObjectId, changed: MailingTally[], now: Date): Promise<boolean> {
    const mailing = await mailings
      .findById(mailingId, { folded: 1, pace: 1 })
      .lean<Required<Pick<Mailing, 'folded' | 'pace'>>>();
    // Of a list that is gone nothing is counted.
    if (!mailing) return true;
    const guard: Record<string, unknown> = {};
    const set: Record<string, unknown> = {};
    const inc: Record<string, number> = {};
    let left = 0;
    for (const { tally, changes, moves } of changed) {
      const at = `folded.t${tally}`;
      const held = mailing.folded[`t${tally}`];
      if (held && held.changes >= changes) continue;
      const counts = countsOf(moves);
      for (const status of serviceStatuses) {
        const more = (counts[status] ?? 0) - (held?.counts[status] ?? 0);
        if (more === 0) continue;
        inc[`statuses.${status}`] = (inc[`statuses.${status}`] ?? 0) + more;
        left += more;
      }
      if (held) guard[`${at}.changes`] = held.changes;
      else guard[at] = { $exists: false };
      set[at] = { changes, counts };
    }
    if (Object.keys(set).length === 0) return true;
    const pace = paceUpdate(mailing.pace, left, now);
    const { matchedCount } = await mailings.collection.updateOne({ _id: mailingId, ...guard }, {
      $set: set,
      $inc: { ...inc, ...pace.inc },
      ...(Object.keys(pace.unset).length > 0 && { $unset: pace.unset }),
    } as never);
    return matchedCount > 0;
  }

  return {
    async moved(messages) {
      const tallies = new Map<
        string,
        { mailingId: Types.ObjectId; tally: number; moves: Record<string, number> }
      >();
      for (const { senderKey, repeatTokens, sequence, status } of messages) {
        const mailingId = mailingIdOf(senderKey);
        const index = indexOfToken(repeatTokens?.[0]);
        if (mailingId === undefined || index === null || sequence === 0) continue;
        const number = Math.floor(index / ROWS_IN_TALLY);
        const tallyId = `${mailingId}:${number}`;
        const tally = tallies.get(tallyId) ?? {
          mailingId: new Types.ObjectId(mailingId),
          tally: number,
          moves: {},
        };
        tallies.set(tallyId, tally);
        const at = `moves.r${index % ROWS_IN_TALLY}`;
        const move = sequence * STATUSES + serviceStatuses.indexOf(status);
        tally.moves[at] = Math.max(move, tally.moves[at] ?? 0);
      }
      if (tallies.size === 0) return;
      const now = new Date();
      await mailingTallies.collection.bulkWrite(
        [...tallies].map(([tallyId, { mailingId, tally, moves }]) => ({
          updateOne: {
            filter: { _id: tallyId as never },
            update: {
              $setOnInsert: { mailingId, tally },
              $max: moves,
              $inc: { changes: 1 },
              $set: { dirtyAt: now },
            },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    async fold(now = new Date()) {
      for (;;) {
        const changed = await mailingTallies
          .find({ dirtyAt: { $gte: new Date(0) } })
          .sort({ dirtyAt: 1 })
          .limit(FOLDED_AT_ONCE)
          .lean<MailingTally[]>();
        if (changed.length === 0) return;
        const byMailing = new Map<string, MailingTally[]>();
        for (const tally of changed) {
          const key = tally.mailingId.toHexString();
          byMailing.set(key, [...(byMailing.get(key) ?? []), tally]);
        }
        let isClear = true;
        for (const [mailingId, tallies] of byMailing) {
          if (!(await foldInto(new Types.ObjectId(mailingId), tallies, now))) {
            isClear = false;
            continue;
          }
          // One that was changed meanwhile stays to be folded.
          await mailingTallies.collection.bulkWrite(
            tallies.map(({ _id, changes }) => ({
              updateOne: { filter: { _id: _id as never, changes }, update: { $unset: { dirtyAt: '' } } },
            })),
            { ordered: false },
          );
        }
        if (!isClear || changed.length < FOLDED_AT_ONCE) return;
      }
    },
  };
}

function countsOf(moves: MailingTally['moves']): StatusCounts {
  const counts: Partial<Record<ServiceStatus, number>> = {};
  for (const move of Object.values(moves)) {
    const status = serviceStatuses[move % STATUSES];
    if (status) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
