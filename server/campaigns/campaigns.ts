/** People's actions on campaigns: list, read, start, pause, resume, cancel. `matchColumns.ts` matches columns. */
import { randomUUID } from 'node:crypto';
import { type QueryFilter, Types } from 'mongoose';
import type { CampaignRefusalCode } from '../../shared/campaignRefusals.ts';
import {
  type CampaignAction,
  type CampaignState,
  type CampaignView,
  campaignLimits,
} from '../../shared/schemas/campaign.ts';
import type { Actor } from '../audit/actor.ts';
import type { NewAuditLine } from '../audit/audit.ts';
import type { Audited } from '../audit/audited.ts';
import { askAgain } from '../storage/askAgain.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import type { Campaign, CampaignModels, Pass } from './campaign.model.ts';
import { likelyPhoneColumn, shownHeaders } from './head.ts';
import { type HoldDeps, holdQueued } from './heldMessages.ts';
import { perSecondOf } from './pace.ts';

export interface CampaignDeps extends CampaignModels, HoldDeps {
  companyId: Types.ObjectId;
  sealing: Sealing;
  audited: Audited;
}

export type CampaignOutcome =
  | { kind: 'done'; mailing: Campaign }
  | { kind: 'notFound' }
  /** The action is not possible in this state. */
  | { kind: 'notNow'; state: CampaignState }
  | { kind: 'wrong'; field: string; message: string };

/** The fields that people see; the others are for the worker. */
export const SHOWN = { folded: 0, stepFailures: 0 } as const;
const DAY_MS = 86_400_000;

/** The communities that a person may see. Of campaigns that may send through others, the person is told nothing. */
export type Reach = readonly string[] | 'all';

/** The condition of every query for people. Campaigns of earlier versions may send through all communities. */
const within = (reach: Reach): QueryFilter<Campaign> =>
  reach === 'all' ? {} : { communityIds: { $exists: true, $not: { $elemMatch: { $nin: [...reach] } } } };

/** Newest first. `after` is the id of the previous page's last campaign. */
export async function listCampaigns(
  { campaigns, companyId }: CampaignDeps,
  reach: Reach,
  after: string | undefined,
): Promise<{ page: Campaign[]; nextAfter: string | null }> {
  const found = await campaigns
    .find(
      {
        companyId,
        ...(after === undefined ? {} : { _id: { $lt: new Types.ObjectId(after) } }),
        state: { $ne: 'importing' },
        ...within(reach),
      },
      SHOWN,
    )
    .sort({ _id: -1 })
    .limit(campaignLimits.listPage + 1)
    .lean<Campaign[]>();
  const page = found.slice(0, campaignLimits.listPage);
  const hasMore = found.length > page.length;
  return { page, nextAfter: hasMore ? page.at(-1)!._id.toHexString() : null };
}

export async function readCampaign(
  { campaigns, companyId }: CampaignDeps,
  campaignId: string,
  reach: Reach,
): Promise<Campaign | null> {
  return campaigns
    .findOne({ _id: campaignId, companyId, state: { $ne: 'importing' }, ...within(reach) }, SHOWN)
    .lean<Campaign>();
}

/** The line of the audit is written down before the action, so that a crash right after it loses nothing. */
export async function moveCampaign(
  deps: CampaignDeps,
  campaignId: string,
  action: CampaignAction,
  by: Actor,
  reach: Reach,
): Promise<CampaignOutcome> {
  const now = currentTime();
  const startAt = action.move === 'start' && action.startAt !== undefined ? new Date(action.startAt) : null;
  if (startAt && startAt.getTime() > now.getTime() + campaignLimits.startInDaysMax * DAY_MS)
    return {
      kind: 'wrong',
      field: 'startAt',
      message: `A campaign must start within ${campaignLimits.startInDaysMax} days`,
    };
  const before = await readCampaign(deps, campaignId, reach);
  if (!before) return { kind: 'notFound' };
  const key = `mailing:${randomUUID()}`;
  const lineOf = ({ fileName, rows, columns }: Campaign): NewAuditLine => ({
    _id: key,
    companyId: deps.companyId,
    at: now,
    personId: by.id,
    personName: by.name,
    action: `mailing.${action.move}`,
    subject: { kind: 'mailing', id: campaignId, name: fileName },
    details: { rows, template: columns?.template ?? null, startAt: startAt?.toISOString() ?? null },
  });
  const moved = await deps.audited([lineOf(before)], async () => {
    const answer = await transition(deps, campaignId, reach, stepsOf(action, startAt, now));
    return { answer, lines: answer ? [lineOf(answer)] : [] };
  });
  if (!moved) return notNow(deps, campaignId, reach);
  // Since the write above the sender sends nothing of this campaign. Holding frees its places for other senders.
  if (action.move === 'pause') await holdQueued(deps, moved);
  return { kind: 'done', mailing: moved };
}

interface Transition {
  from: QueryFilter<Campaign>;
  to: Partial<Campaign>;
}

/** What each action changes, and from which state. Of several transitions at most one matches. */
function stepsOf({ move }: CampaignAction, startAt: Date | null, now: Date): Transition[] {
  const inStates = (...states: CampaignState[]) => ({ state: { $in: states } });
  switch (move) {
    case 'start':
      return [
        {
          from: inStates('ready'),
          to: startAt && startAt > now ? { state: 'scheduled', startAt } : { state: 'running', startAt: now },
        },
      ];
    case 'pause':
      return [{ from: inStates('running', 'scheduled'), to: { state: 'paused' } }];
    case 'resume':
      // The worker starts it when `startAt` has passed.
      return [
        { from: inStates('paused'), to: { state: 'scheduled' } },
        { from: { state: 'failed', 'failure.from': 'checking' }, to: { state: 'checking' } },
        {
          from: { state: 'failed', 'failure.from': { $in: ['scheduled', 'running'] } },
          to: { state: 'scheduled' },
        },
      ];
    case 'cancel':
      return [
        {
          from: inStates('uploaded', 'checking', 'ready', 'scheduled', 'running', 'paused', 'failed'),
          to: { state: 'cancelling' },
        },
      ];
  }
}

async function transition(
  { campaigns, companyId }: CampaignDeps,
  campaignId: string,
  reach: Reach,
  steps: Transition[],
): Promise<Campaign | null> {
  const lastMoveId = new Types.ObjectId();
  return askAgain(async (isRepeat) => {
    // The first attempt may have done it: then the state does not allow it any more.
    const own = { _id: campaignId, lastMoveId };
    const done = isRepeat ? await campaigns.findOne(own, SHOWN).lean<Campaign>() : null;
    if (done) return done;
    for (const { from, to } of steps) {
      const transitioned = await campaigns
        .findOneAndUpdate(
          { _id: campaignId, companyId, ...from, ...within(reach) },
          { $set: { ...to, lastMoveId }, $unset: { failure: '', stepFailures: '' } },
          { returnDocument: 'after', projection: SHOWN },
        )
        .lean<Campaign>();
      if (transitioned) return transitioned;
    }
    return null;
  });
}

/** The campaign does not exist, or its state does not allow the action. */
export async function notNow(deps: CampaignDeps, campaignId: string, reach: Reach): Promise<CampaignOutcome> {
  const campaign = await readCampaign(deps, campaignId, reach);
  if (!campaign || campaign.state === 'importing') return { kind: 'notFound' };
  return { kind: 'notNow', state: campaign.state };
}

export function toCampaignView(
  { sealing }: Pick<CampaignDeps, 'sealing'>,
  campaign: Campaign,
  now = currentTime(),
): CampaignView {
  const { state, taken, statuses: left, headRows } = campaign;
  if (state === 'importing') throw new Error(`Campaign ${campaign._id} is still being imported`);
  const gone = Object.values(left).reduce((sum, count) => sum + count, 0);
  const headers = shownHeaders(sealing, campaign);
  return {
    id: campaign._id.toHexString(),
    fileName: campaign.fileName,
    state,
    headers,
    head: headRows === undefined ? null : { rows: headRows, isAsked: campaign.isHeadAsked === true },
    rows: campaign.rows,
    guessedPhoneColumn: likelyPhoneColumn(headers, campaign),
    columns: campaign.columns,
    checked: toVerdicts(campaign.checked),
    taken: toVerdicts(taken),
    // A message may be sent before its block is counted.
    statuses: { ...left, queued: Math.max(0, taken.fit - gone) },
    perSecond: state === 'running' ? perSecondOf(campaign, now) : null,
    startAt: campaign.startAt?.toISOString() ?? null,
    failure: campaign.failure ? { code: campaign.failure.code, at: campaign.failure.at.toISOString() } : null,
    createdAt: campaign.createdAt.toISOString(),
    createdBy: campaign.createdBy.name,
  };
}

function toVerdicts({ rows, fit: valid, refused }: Pass): CampaignView['checked'] {
  return {
    rows,
    fit: valid,
    refused: Object.entries(refused)
      .map(([code, count]) => ({ code: code as CampaignRefusalCode, count }))
      .sort((a, b) => b.count - a.count),
  };
}
