/**
 * One step of a campaign: validates a block of its rows, or hands it to sending. A repeat after a crash is safe:
 * accepting gives the same answers, and a guarded write adds the block to the sums once.
 */
import type { Model } from 'mongoose';
import type { CampaignRefusal } from '../../shared/campaignRefusals.ts';
import type { SendItem } from '../serviceMessages/accepting/sendingPort.ts';
import type { Accepting, Sender } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { Sealing } from '../storage/sealing.ts';
import { upserting } from '../storage/upserting.ts';
import type { ApprovedVersions } from '../templates/approvedVersions.ts';
import {
  blockIdOf,
  type Campaign,
  type CampaignBlock,
  type CampaignModels,
  type PassName,
} from './campaign.model.ts';
import { type RowReading, readRow, rowToken } from './columns.ts';
import type { FirstRows } from './firstRows.ts';
import { readBlock, type StoredRow } from './importList.ts';
import { senderKeyOf } from './tallies.ts';

export interface BlockDeps extends CampaignModels {
  sealing: Sealing;
  accepting: Accepting;
  approvedVersions: Pick<ApprovedVersions, 'approvedVersion'>;
  firstRows: FirstRows;
  serviceMessages: Model<ServiceMessage>;
  processId: string;
}

export async function processBlock(deps: BlockDeps, campaign: Campaign, pass: PassName): Promise<void> {
  const { _id } = campaign;
  const { nextBlock: block } = campaign[pass];
  const rows = await readBlock(deps, campaign, block);
  const earlier = await deps.firstRows.earlier(campaign, block, rows);
  if (earlier === null) return;
  const refusals = await validateRows(deps, campaign, { pass, rows, earlier });
  const refused = refusals.flatMap((refusal, at) => (refusal ? [{ row: rows[at]!.row, ...refusal }] : []));
  await upserting(() =>
    deps.campaignRefusals.replaceOne(
      { _id: `${blockIdOf(_id, block)}:${pass}` },
      { mailingId: _id, pass, block, refused } as never,
      { upsert: true },
    ),
  );
  const codes = refused.map(({ code }) => code);
  await countBlock(deps, campaign, { pass, rows: rows.length, refused: codes });
}

/**
 * One verdict per row. A row that cannot be read, and a phone from an earlier row, are refused here, so that nobody
 * gets one message twice.
 */
async function validateRows(
  deps: BlockDeps,
  campaign: Campaign,
  { pass, rows, earlier }: { pass: PassName; rows: StoredRow[]; earlier: (number | null)[] },
): Promise<(CampaignRefusal | null)[]> {
  const { _id, companyId, communityIds } = campaign;
  const reading = await readingOf(deps, campaign);
  const items: SendItem[] = [];
  const own = rows.map(({ index, cells }, at): CampaignRefusal | null => {
    const read = readRow(reading, index, cells);
    if (read.kind === 'refused') return read.refusal;
    const firstRow = earlier[at];
    if (firstRow != null) return { code: 'duplicateInList', firstRow };
    items.push(read.item);
    return null;
  });
  if (items.length === 0) return own;
  const sender: Sender = {
    companyId,
    senderKey: senderKeyOf(_id),
    statusUrl: null,
    ...(communityIds && { communityIds }),
  };
  const verdicts = await verdictsOf(deps.accepting, sender, { pass, items });
  let next = 0;
  return own.map((refusal) => refusal ?? verdicts[next++]!);
}

async function readingOf(
  { approvedVersions }: BlockDeps,
  { _id, companyId, columns }: Campaign,
): Promise<RowReading> {
  if (!columns) throw new Error(`Campaign ${_id} has no columns`);
  const approved = await approvedVersions.approvedVersion(companyId, columns.template);
  const dates = (approved?.version.variables ?? []).filter(({ type }) => type === 'date');
  return { columns, dates: new Set(dates.map(({ name }) => name)) };
}

async function verdictsOf(
  accepting: Accepting,
  sender: Sender,
  { pass, items }: { pass: PassName; items: readonly SendItem[] },
): Promise<(CampaignRefusal | null)[]> {
  if (pass === 'checked')
    return accepting.validate(
      sender,
      items.map(({ request }) => request),
    );
  const outcomes = await accepting.accept(sender, items);
  return outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.refusal : null));
}

/**
 * Adds the block to the sums, in any state, since its messages are queued. Only the owner of the lease may add it.
 */
async function countBlock(
  { campaigns, processId }: BlockDeps,
  { _id, columns, headRows, checked, taken }: Campaign,
  { pass, rows, refused }: { pass: PassName; rows: number; refused: string[] },
): Promise<void> {
  const block = (pass === 'checked' ? checked : taken).nextBlock;
  const sums: Record<string, number> = {
    [`${pass}.nextBlock`]: 1,
    [`${pass}.rows`]: rows,
    [`${pass}.fit`]: rows - refused.length,
  };
  for (const code of refused) {
    const at = `${pass}.refused.${code}`;
    sums[at] = (sums[at] ?? 0) + 1;
  }
  await campaigns.collection.updateOne(
    // A person may have matched other columns, or another head, meanwhile.
    {
      _id,
      [`${pass}.nextBlock`]: block,
      columns,
      headRows: headRows ?? null,
      'lease.owner': processId,
    } as never,
    { $inc: sums },
  );
}

/**
 * For a cancelled campaign: a process may have died while it handed over a block. Counts the messages that it had
 * stored, because no process will process that block again. True when there were any.
 */
export async function countUnfinished(deps: BlockDeps, campaign: Campaign): Promise<boolean> {
  const { _id, taken, blocks } = campaign;
  if (taken.nextBlock >= blocks) return false;
  const block = await deps.campaignRows
    .findById(blockIdOf(_id, taken.nextBlock), { firstIndex: 1, rows: 1 })
    .lean<Pick<CampaignBlock, 'firstIndex' | 'rows'>>();
  if (!block) return false;
  // Without opening the rows: a list whose rows cannot be opened must be cancellable.
  const tokens = Array.from({ length: block.rows }, (_, at) => rowToken(block.firstIndex + at));
  const stored = await deps.serviceMessages.countDocuments({
    senderKey: senderKeyOf(_id),
    repeatTokens: { $in: tokens },
  });
  if (stored === 0) return false;
  await countBlock(deps, campaign, { pass: 'taken', rows: stored, refused: [] });
  return true;
}
