/** The first rows of a list, read with the head that a person chooses in the form. */
import { type CampaignFirstRows, type CampaignView, campaignLimits } from '../../shared/schemas/campaign.ts';

type Rows = CampaignFirstRows['rows'];
type Headed = Pick<CampaignView, 'head' | 'headers'>;

/** The names of the columns, if this many leading rows are no clients. Null: as they are now. */
export function headersWith({ head, headers }: Headed, rows: Rows, headRows: number | null): string[] {
  if (headRows === null || headRows === head?.rows) return headers;
  const cells = headRows === 0 ? [] : (rows[headRows - 1]?.cells ?? []);
  return headers.map((_, at) => cells[at] ?? '');
}

/** The cells of the first clients. In lists of earlier versions the head is not among the rows. */
export function clientCells({ head }: Headed, rows: Rows, headRows: number | null): string[][] {
  const first = headRows ?? head?.rows ?? 0;
  return rows.slice(first, first + campaignLimits.rowsShown).map(({ cells }) => cells);
}
