/**
 * Counts a campaign's messages by status. A transition raises its row's number to the sequence and status, so a late
 * or repeated one changes nothing. Then the changed tally is counted again, and one guarded write replaces its share
 * in the campaign's sums. So a crash or a second process counts nothing twice.
 */

import { Types } from 'mongoose';
import { type ServiceStatus, serviceStatuses } from '../../shared/v1/statuses.ts';
import type { Logger } from '../observability/logger.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { throwUnless, upsertEach } from '../storage/bulkWrites.ts';
import { isolated } from '../storage/isolate.ts';
import { currentTime } from '../work/clock.ts';
import type { Campaign, CampaignModels, CampaignTally, StatusCounts } from './campaign.model.ts';
import { indexOfToken } from './columns.ts';
import { paceUpdate } from './pace.ts';

const ROWS_IN_TALLY = 1_000;
const STATUSES = 8;
const FOLDED_AT_ONCE = 50;
const SENDER = /^mailing:([0-9a-f]{24})$/;

export const senderKeyOf = (campaignId: Types.ObjectId) => `mailing:${campaignId.toHexString()}`;

export function campaignIdOf(senderKey: string): string | undefined {
  return SENDER.exec(senderKey)?.[1];
}

export interface Tallies {
  /** Call it with every transition. Safe to repeat. */
  onTransition(messages: readonly ServiceMessage[]): Promise<void>;
  /** Adds the changed tallies to the sums of all campaigns. Safe to repeat. */
  fold(now?: Date): Promise<void>;
}

export function createTallies({
  campaigns,
  campaignTallies,
  logger,
}: Pick<CampaignModels, 'campaigns' | 'campaignTallies'> & { logger: Logger }): Tallies {
  /** False when another process folded one of these meanwhile: a later fold finds what is left. */
  async function foldInto(campaignId: Types.ObjectId, changed: CampaignTally[], now: Date): Promise<boolean> {
    const campaign = await campaigns
      .findById(campaignId, { folded: 1, pace: 1 })
      .lean<Required<Pick<Campaign, 'folded' | 'pace'>>>();
    // The campaign was deleted: nothing to count.
    if (!campaign) return true;
    const guard: Record<string, unknown> = {};
    const set: Record<string, unknown> = {};
    const inc: Record<string, number> = {};
    let left = 0;
    for (const { tally, changes, moves: transitions } of changed) {
      const at = `folded.t${tally}`;
      const folded = campaign.folded[`t${tally}`];
      if (folded && folded.changes >= changes) continue;
      const counts = countsOf(transitions);
      for (const status of serviceStatuses) {
        const more = (counts[status] ?? 0) - (folded?.counts[status] ?? 0);
        if (more === 0) continue;
        inc[`statuses.${status}`] = (inc[`statuses.${status}`] ?? 0) + more;
        left += more;
      }
      if (folded) guard[`${at}.changes`] = folded.changes;
      else guard[at] = { $exists: false };
      set[at] = { changes, counts };
    }
    if (Object.keys(set).length === 0) return true;
    const pace = paceUpdate(campaign.pace, left, now);
    const { matchedCount } = await campaigns.collection.updateOne({ _id: campaignId, ...guard }, {
      $set: set,
      $inc: { ...inc, ...pace.inc },
      ...(Object.keys(pace.unset).length > 0 && { $unset: pace.unset }),
    } as never);
    return matchedCount > 0;
  }

  /** Behind the tallies of other campaigns: of those only so many are folded at once. */
  async function putLast(tallies: CampaignTally[], now: Date): Promise<void> {
    await campaignTallies.updateMany(
      { _id: { $in: tallies.map(({ _id }) => _id) }, dirtyAt: { $exists: true } },
      { $set: { dirtyAt: now } },
    );
  }

  return {
    async onTransition(messages) {
      const tallies = new Map<
        string,
        { mailingId: Types.ObjectId; tally: number; moves: Record<string, number> }
      >();
      for (const { senderKey, repeatTokens, sequence, status } of messages) {
        const campaignId = campaignIdOf(senderKey);
        const index = indexOfToken(repeatTokens?.[0]);
        if (campaignId === undefined || index === null || sequence === 0) continue;
        const number = Math.floor(index / ROWS_IN_TALLY);
        const tallyId = `${campaignId}:${number}`;
        const tally = tallies.get(tallyId) ?? {
          mailingId: new Types.ObjectId(campaignId),
          tally: number,
          moves: {},
        };
        tallies.set(tallyId, tally);
        const at = `moves.r${index % ROWS_IN_TALLY}`;
        const rank = sequence * STATUSES + serviceStatuses.indexOf(status);
        tally.moves[at] = Math.max(rank, tally.moves[at] ?? 0);
      }
      if (tallies.size === 0) return;
      const now = currentTime();
      throwUnless(
        await upsertEach(
          campaignTallies.collection,
          [...tallies].map(([tallyId, { mailingId: campaignId, tally, moves: transitions }]) => ({
            updateOne: {
              filter: { _id: tallyId },
              update: {
                $setOnInsert: { mailingId: campaignId, tally },
                $max: transitions,
                $inc: { changes: 1 },
                $set: { dirtyAt: now },
              },
              upsert: true,
            },
          })),
        ),
      );
    },

    async fold(now = currentTime()) {
      for (;;) {
        const changed = await campaignTallies
          .find({ dirtyAt: { $gte: new Date(0) } })
          .sort({ dirtyAt: 1 })
          .limit(FOLDED_AT_ONCE)
          .lean<CampaignTally[]>();
        if (changed.length === 0) return;
        const byCampaign = new Map<string, CampaignTally[]>();
        for (const tally of changed) {
          const key = tally.mailingId.toHexString();
          byCampaign.set(key, [...(byCampaign.get(key) ?? []), tally]);
        }
        let areAllFolded = true;
        for (const [campaignId, tallies] of byCampaign) {
          let isFolded = false;
          await isolated(
            async () => {
              isFolded = await foldInto(new Types.ObjectId(campaignId), tallies, now);
            },
            (err) => {
              logger.error({ err, campaignId }, 'the sums of a campaign could not be counted; retrying');
              return putLast(tallies, now);
            },
          );
          if (!isFolded) {
            areAllFolded = false;
            continue;
          }
          // A tally that changed meanwhile stays dirty.
          await campaignTallies.collection.bulkWrite(
            tallies.map(({ _id, changes }) => ({
              updateOne: { filter: { _id: _id as never, changes }, update: { $unset: { dirtyAt: '' } } },
            })),
            { ordered: false },
          );
        }
        if (!areAllFolded || changed.length < FOLDED_AT_ONCE) return;
      }
    },
  };
}

function countsOf(transitions: CampaignTally['moves']): StatusCounts {
  const counts: Partial<Record<ServiceStatus, number>> = {};
  for (const rank of Object.values(transitions)) {
    const status = serviceStatuses[rank % STATUSES];
    if (status) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
