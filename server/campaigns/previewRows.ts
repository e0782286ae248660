/** The first rows of a list as they were read, so that a person sees a wrong encoding, delimiter or column. */
import { type CampaignFirstRows, campaignLimits } from '../../shared/schemas/campaign.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Campaign } from './campaign.model.ts';
import { type ImportListDeps, readFirst } from './importList.ts';

/** With the head. The row of an erased client is blank; none is left after the retention period. */
export async function previewRows(
  deps: Pick<ImportListDeps, 'campaignRows' | 'sealing'>,
  campaign: Campaign,
): Promise<CampaignFirstRows> {
  const { columns } = campaign;
  const first = await readFirst(deps, campaign, campaignLimits.headRows + campaignLimits.rowsShown);
  const rows = first.map(({ index, row, cells }) => ({
    index,
    row,
    cells: cells.map((cell) => [...cell].slice(0, campaignLimits.cellCharsShown).join('')),
    phone: columns === null ? null : phoneOrNull(cells[columns.phoneColumn] ?? ''),
  }));
  return { rows };
}
