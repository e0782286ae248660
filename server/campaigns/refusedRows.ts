/** Refused rows: the first ones for the screen, all of them as a CSV file with their cells and the reason. */
import type { Types } from 'mongoose';
import { campaignRefusalMessages } from '../../shared/campaignRefusals.ts';
import { campaignLimits, type RefusedRow } from '../../shared/schemas/campaign.ts';
import { csvLine } from '../csv/csvLine.ts';
import type { Campaign, CampaignRefusals, PassName } from './campaign.model.ts';
import { openHeaders } from './head.ts';
import { type ImportListDeps, readBlock } from './importList.ts';

type RefusedDeps = Pick<ImportListDeps, 'campaignRefusals' | 'campaignRows' | 'sealing'>;

/** The pass whose refusals people see: the sending once it has started, the dry run before. */
export function passShown({ taken }: Campaign): PassName {
  return taken.nextBlock > 0 ? 'taken' : 'checked';
}

export async function firstRefused(deps: RefusedDeps, campaign: Campaign): Promise<RefusedRow[]> {
  const rows: RefusedRow[] = [];
  for await (const { refused } of refusals(deps, campaign._id, passShown(campaign))) {
    for (const { row, ...refusal } of refused) {
      rows.push({ row, code: refusal.code, reason: campaignRefusalMessages(refusal) });
      if (rows.length >= campaignLimits.refusedPage) return rows;
    }
  }
  return rows;
}

/** Streams the file, a block at a time. For spreadsheets: UTF-8 with a byte order mark, semicolons in Russian. */
export async function* refusedCsv(
  deps: RefusedDeps,
  campaign: Campaign,
  language: 'ru' | 'en',
): AsyncGenerator<string> {
  const line = (cells: string[]) => csvLine(cells, language);
  const [rowName, reasonName] = language === 'ru' ? ['Строка', 'Причина'] : ['Row', 'Reason'];
  const headers = openHeaders(deps.sealing, campaign);
  yield `\uFEFF${line([...headers, rowName!, reasonName!])}`;
  for await (const { block, refused } of refusals(deps, campaign._id, passShown(campaign))) {
    if (refused.length === 0) continue;
    const cellsOf = new Map((await readBlock(deps, campaign, block)).map(({ row, cells }) => [row, cells]));
    let text = '';
    for (const { row, ...refusal } of refused) {
      const cells = cellsOf.get(row) ?? [];
      const filled = headers.map((_, at) => cells[at] ?? '');
      text += line([...filled, String(row), campaignRefusalMessages(refusal)[language]]);
    }
    yield text;
  }
}

function refusals({ campaignRefusals }: RefusedDeps, campaignId: Types.ObjectId, pass: PassName) {
  return campaignRefusals
    .find({ mailingId: campaignId, pass })
    .sort({ block: 1 })
    .batchSize(20)
    .lean<CampaignRefusals[]>()
    .cursor();
}
