/**
 * Finds and erases the rows of one phone in campaigns. Erased rows become empty, so that the others keep their
 * numbers. A block is rewritten whole, by a write that fails if the block changed since it was read.
 */

import { Types } from 'mongoose';
import { cellNamesPhone } from '../phones/readPhone.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import type { Campaign, CampaignBlock, CampaignModels } from './campaign.model.ts';
import { openHeaders } from './head.ts';
import { openRows, type SealedRows, sealRows, UnreadableRowsError } from './importList.ts';

type RowDeps = Pick<CampaignModels, 'campaigns' | 'campaignRows'> & {
  companyId: Types.ObjectId;
  sealing: Sealing;
};

const BLOCKS_READ = 10;

export interface PhoneRow {
  mailingId: Types.ObjectId;
  /** The row's number in the file. */
  row: number;
  cells: string[];
}

/**
 * Yields every row that contains the phone; holds a few blocks in memory at a time. Leaves out rows that cannot be
 * opened.
 */
export async function* rowsOfPhone(deps: RowDeps, phone: string): AsyncGenerator<PhoneRow> {
  for await (const { block, rows } of blocks(deps, undefined))
    for (const [row, cells] of rows ?? [])
      if (namesPhone(cells, phone)) yield { mailingId: block.mailingId, row, cells };
}

export interface WalkedBlocks {
  /** The last block of the previous run; undefined starts from the first. */
  after: string | undefined;
  /** Lists imported later are not changed. */
  until: Date;
  /** Called after every few blocks, so that the work resumes there after a crash. */
  reached(blockId: string): Promise<void>;
}

/** @returns how many blocks could not be opened: they may still hold the phone. */
export async function eraseRowsOfPhone(
  deps: RowDeps,
  phone: string,
  { after, until, reached }: WalkedBlocks,
): Promise<number> {
  let count = 0;
  let unreadable = 0;
  for await (const { block, rows } of blocks(deps, after, until)) {
    if (rows === null) unreadable += 1;
    else await eraseInBlock(deps, block, rows, phone);
    count += 1;
    if (count % BLOCKS_READ === 0) await reached(block._id);
  }
  await eraseHeaders(deps, phone);
  return unreadable;
}

async function eraseInBlock(
  { campaignRows, sealing }: RowDeps,
  block: CampaignBlock,
  given: SealedRows,
  phone: string,
): Promise<void> {
  let before = block.sealed;
  let rows = given;
  for (;;) {
    if (!rows.some(([, cells]) => namesPhone(cells, phone))) return;
    const emptied = rows.map(([row, cells]): SealedRows[number] => [
      row,
      namesPhone(cells, phone) ? cells.map(() => '') : cells,
    ]);
    const { matchedCount } = await campaignRows.updateOne(
      { _id: block._id, sealed: before },
      { $set: { sealed: sealRows(sealing, block._id, emptied) } },
    );
    if (matchedCount > 0) return;
    const now = await campaignRows.findById(block._id).lean<CampaignBlock>();
    if (!now) return;
    before = now.sealed;
    rows = openRows(sealing, now);
  }
}

/** A file without a header row has a client in its first row. */
async function eraseHeaders({ campaigns, companyId, sealing }: RowDeps, phone: string): Promise<void> {
  const found = campaigns
    .find({ companyId }, { headers: 1, headersSealed: 1 })
    .batchSize(100)
    .lean<Campaign[]>()
    .cursor();
  for await (const campaign of found)
    if (namesPhone(openHeaders(sealing, campaign), phone))
      await campaigns.updateOne({ _id: campaign._id }, withoutHeaders(campaign));
}

/** The update that erases the names of the columns and keeps their number. */
export function withoutHeaders({ headers }: Pick<Campaign, 'headers'>) {
  return { $set: { headers: headers.map(() => '') }, $unset: { headersSealed: 1 } } as const;
}

async function* blocks(
  { campaignRows, sealing }: RowDeps,
  after: string | undefined,
  until = currentTime(),
): AsyncGenerator<{ block: CampaignBlock; rows: SealedRows | null }> {
  let last = after ?? '';
  // A block's id begins with its list's id, which begins with the second of the import.
  const end = Types.ObjectId.createFromTime(Math.floor(until.getTime() / 1000) + 1).toHexString();
  for (;;) {
    const page = await campaignRows
      .find({ _id: { $gt: last, $lt: end } })
      .sort({ _id: 1 })
      .limit(BLOCKS_READ)
      .lean<CampaignBlock[]>();
    for (const block of page) yield { block, rows: openOrNull(sealing, block) };
    const lastOfPage = page.at(-1);
    if (!lastOfPage) return;
    last = lastOfPage._id;
  }
}

function openOrNull(sealing: Sealing, block: CampaignBlock): SealedRows | null {
  try {
    return openRows(sealing, block);
  } catch (error) {
    if (error instanceof UnreadableRowsError) return null;
    throw error;
  }
}

function namesPhone(cells: readonly string[], phone: string): boolean {
  return cells.some((cell) => cellNamesPhone(cell, phone));
}
