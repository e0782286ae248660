/** A person says how the list is read: its head, and the columns of the phone and the variables. The dry run begins. */
import { type CampaignColumns, type ColumnsMatch, campaignLimits } from '../../shared/schemas/campaign.ts';
import { type Campaign, type CampaignModels, emptyPass } from './campaign.model.ts';
import {
  type CampaignDeps,
  type CampaignOutcome,
  notNow,
  type Reach,
  readCampaign,
  SHOWN,
} from './campaigns.ts';
import { headersOf, sealHeaders } from './head.ts';
import { readFirst } from './importList.ts';

type MatchDeps = CampaignDeps & Pick<CampaignModels, 'campaignRows'>;

/** Starts the dry run from the first row with these columns; deletes the results of an earlier dry run. */
export async function matchColumns(
  deps: MatchDeps,
  campaignId: string,
  { headRows: wanted, ...columns }: ColumnsMatch,
  reach: Reach,
): Promise<CampaignOutcome> {
  const campaign = await readCampaign(deps, campaignId, reach);
  if (!campaign) return { kind: 'notFound' };
  const wrong = problemOf(campaign, columns, wanted);
  if (wrong) return { kind: 'wrong', ...wrong };
  const head = wanted === undefined ? {} : await changeOfHead(deps, campaign, wanted);
  const matched = await deps.campaigns
    .findOneAndUpdate(
      {
        _id: campaign._id,
        state: { $in: ['uploaded', 'checking', 'ready'] },
        // The number of rows below is computed from the head that was read.
        headRows: campaign.headRows ?? null,
      } as never,
      { $set: { ...head, columns, state: 'checking', checked: emptyPass() }, $unset: { isHeadAsked: 1 } },
      { returnDocument: 'after', projection: SHOWN },
    )
    .lean<Campaign>();
  if (!matched) return notNow(deps, campaignId, reach);
  await deps.campaignRefusals.deleteMany({ mailingId: campaign._id, pass: 'checked' });
  return { kind: 'done', mailing: matched };
}

function problemOf(
  { headers, headRows, rows, isHeadAsked }: Campaign,
  { phoneColumn, variables }: CampaignColumns,
  wanted: number | undefined,
): { field: string; message: string } | null {
  const isMissing = (column: number) => column >= headers.length;
  const noColumn = { message: 'The file has no such column' };
  if (isMissing(phoneColumn)) return { field: 'phoneColumn', ...noColumn };
  if (Object.values(variables).some(isMissing)) return { field: 'variables', ...noColumn };
  if (isHeadAsked && wanted === undefined)
    return {
      field: 'headRows',
      message: 'Say whether the first row is a client: headRows is 0, or 1 for headers',
    };
  if (wanted === undefined || wanted === headRows) return null;
  if (headRows === undefined) return { field: 'headRows', message: 'The head of this list is fixed' };
  const left = rows + headRows - wanted;
  return left < 1 || left > campaignLimits.rows
    ? { field: 'headRows', message: `The list would have ${left} rows` }
    : null;
}

async function changeOfHead(
  deps: MatchDeps,
  campaign: Campaign,
  headRows: number,
): Promise<Partial<Campaign>> {
  const { _id, headers, rows, headRows: before = 0 } = campaign;
  if (campaign.headRows === undefined) return {};
  const first = await readFirst(deps, campaign, headRows);
  const named = headersOf(
    first.map(({ cells }) => cells),
    headRows,
    headers.length,
  );
  return { headRows, rows: rows + before - headRows, ...sealHeaders(deps.sealing, _id, named) };
}
