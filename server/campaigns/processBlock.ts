/**
 * One step of a mailing: a block of its rows is tried, or handed to sending. It may be done twice after a crash: accepting
 * answers its rows as before, and the sums are moved on by one guarded write.
 */
import type { Model } from 'mongoose';
import type { CampaignRefusal } from '../../shared/campaignRefusals.ts';
import type { CampaignColumns } from '../../shared/schemas/campaign.ts';
import type { Accepting, Sender } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { Sealing } from '../storage/sealing.ts';
import { blockIdOf, type Campaign, type CampaignModels, type PassName } from './campaign.model.ts';
import { rowToken, toRequest, toSendItem } from './columns.ts';
import type { FirstRows } from './firstRows.ts';
import { readBlock, type StoredRow } from './importList.ts';
import { senderKeyOf } from './tallies.ts';

export interface BlockDeps extends CampaignModels {
  sealing: Sealing;
  accepting: Accepting;
  firstRows: FirstRows;
  serviceMessages: Model<ServiceMessage>;
  processId: string;
}

export async function processBlock(deps: BlockDeps, campaign: Campaign, pass: PassName): Promise<void> {
  const { _id } = campaign;
  const { nextBlock: block } = campaign[pass];
  const rows = await readBlock(deps, _id, block);
  const earlier = await deps.firstRows.earlier(campaign, block, rows);
  if (earlier === null) return;
  const refusals = await validateRows(deps, campaign, { pass, rows, earlier });
  const refused = refusals.flatMap((refusal, at) => (refusal ? [{ row: rows[at]!.row, ...refusal }] : []));
  await deps.campaignRefusals.replaceOne(
    { _id: `${blockIdOf(_id, block)}:${pass}` },
    { mailingId: _id, pass, block, refused } as never,
    { upsert: true },
  );
  const codes = refused.map(({ code }) => code);
  await moveOn(deps, campaign, { pass, rows: rows.length, refused: codes });
}

/** One verdict a row. A phone that stood in the list before is not asked about: nobody gets one message twice. */
async function validateRows(
  { accepting }: BlockDeps,
  { _id, companyId, columns }: Campaign,
  { pass, rows, earlier }: { pass: PassName; rows: StoredRow[]; earlier: (number | null)[] },
): Promise<(CampaignRefusal | null)[]> {
  if (!columns) throw new Error(`Mailing ${_id} has no columns`);
  const firsts = rows.filter((_, at) => earlier[at] === null);
  const sender: Sender = { companyId, senderKey: senderKeyOf(_id), statusUrl: null };
  const verdicts =
    pass === 'checked'
      ? await accepting.validate(
          sender,
          firsts.map(({ cells }) => toRequest(columns, cells)),
        )
      : await acceptRows(accepting, sender, columns, firsts);
  let next = 0;
  return earlier.map((firstRow) =>
    firstRow === null ? verdicts[next++]! : { code: 'duplicateInList' as const, firstRow },
  );
}

async function acceptRows(
  accepting: Accepting,
  sender: Sender,
  columns: CampaignColumns,
  rows: StoredRow[],
): Promise<(CampaignRefusal | null)[]> {
  const items = rows.map(({ index, cells }) => toSendItem(columns, index, cells));
  const outcomes = await accepting.accept(sender, items);
  return outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.refusal : null));
}

/** Whatever the state is by now, what was handed over is counted; not by who lost the lease meanwhile. */
async function moveOn(
  { campaigns, processId }: BlockDeps,
  { _id, columns, checked, taken }: Campaign,
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
    { _id, [`${pass}.nextBlock`]: block, columns: columns as never, 'lease.owner': processId },
    { $inc: sums },
  );
}

/**
 * Of a cancelled list: a process may have died while it handed a block over. What it had stored of it is counted, since
 * nobody will take that block again. True when there was any.
 */
export async function countUnfinished(deps: BlockDeps, campaign: Campaign): Promise<boolean> {
  const { _id, taken, blocks } = campaign;
  if (taken.nextBlock >= blocks) return false;
  const rows = await readBlock(deps, _id, taken.nextBlock);
  const tokens = rows.map(({ index }) => rowToken(index));
  const stored = await deps.serviceMessages.countDocuments({
    senderKey: senderKeyOf(_id),
    repeatTokens: { $in: tokens },
  });
  if (stored === 0) return false;
  await moveOn(deps, campaign, { pass: 'taken', rows: stored, refused: [] });
  return true;
}
