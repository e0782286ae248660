/**
 * Where a mailing's messages are now. Each move raises its row's number to the move's sequence and status, so that a
 * move told twice or late changes nothing; counting reads the numbers, never the messages.
 */
import { Types } from 'mongoose';
import { type ServiceStatus, serviceStatuses } from '../../shared/v1/messages.ts';
import type { MovedListener } from '../sending/followUps.ts';
import { rowOfToken } from './columns.ts';
import type { MailingModels } from './mailing.model.ts';

const ROWS_IN_TALLY = 1_000;
const STATUSES = 8;
const SENDER = /^mailing:([0-9a-f]{24})$/;

export const senderKeyOf = (mailingId: Types.ObjectId) => `mailing:${mailingId.toHexString()}`;

export interface Tallies {
  /** To be told of every move. */
  moved: MovedListener;
  /** Of messages that have left the queue. */
  count(mailingId: Types.ObjectId): Promise<Partial<Record<ServiceStatus, number>>>;
}

export function createTallies({ mailingTallies }: Pick<MailingModels, 'mailingTallies'>): Tallies {
  return {
    async moved(messages) {
      const tallies = new Map<string, { mailingId: Types.ObjectId; moves: Record<string, number> }>();
      for (const { senderKey, repeatTokens, sequence, status } of messages) {
        const [, mailingId] = SENDER.exec(senderKey) ?? [];
        const row = rowOfToken(repeatTokens?.[0]);
        if (mailingId === undefined || row === null || sequence === 0) continue;
        const tallyId = `${mailingId}:${Math.floor(row / ROWS_IN_TALLY)}`;
        const tally = tallies.get(tallyId) ?? { mailingId: new Types.ObjectId(mailingId), moves: {} };
        tallies.set(tallyId, tally);
        const at = `moves.r${row % ROWS_IN_TALLY}`;
        const move = sequence * STATUSES + serviceStatuses.indexOf(status);
        tally.moves[at] = Math.max(move, tally.moves[at] ?? 0);
      }
      if (tallies.size === 0) return;
      await mailingTallies.collection.bulkWrite(
        [...tallies].map(([tallyId, { mailingId, moves }]) => ({
          updateOne: {
            filter: { _id: tallyId as never },
            update: { $setOnInsert: { mailingId }, $max: moves },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    async count(mailingId) {
      const counts: Partial<Record<ServiceStatus, number>> = {};
      for await (const { moves } of mailingTallies.find({ mailingId }).lean().cursor()) {
        for (const move of Object.values(moves)) {
          const status = serviceStatuses[move % STATUSES];
          if (status) counts[status] = (counts[status] ?? 0) + 1;
        }
      }
      return counts;
    },
  };
}
