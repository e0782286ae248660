/**
 * Imports a file as a campaign: rows go into sealed blocks, so that memory holds one block however long the file is.
 * The head is stored like the other rows, because it may turn out to be a client (`head.ts`).
 */

import { Types } from 'mongoose';
import { campaignLimits } from '../../shared/schemas/campaign.ts';
import type { Actor } from '../audit/actor.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import {
  blockIdOf,
  type Campaign,
  type CampaignBlock,
  type CampaignModels,
  emptyPass,
} from './campaign.model.ts';
import type { Reach } from './campaigns.ts';
import { guessHead, guessPhonesAt, headersOf, sealHeaders } from './head.ts';
import { type ListRow, type Unreadable, UnreadableList } from './listRow.ts';

const BLOCK_ROWS = 1_000;
/** A block is one document, so long rows make blocks with fewer rows. */
const BLOCK_CHARS = 2 * 1024 * 1024;
/** The head and the column of phones are guessed from so many rows. */
const FIRST_ROWS = 20;

export type ListRefusal = Unreadable | 'listEmpty' | 'listTooLong' | 'listTooWide';
export type ImportedList = { kind: 'taken'; mailing: Campaign } | { kind: 'refused'; code: ListRefusal };

export interface ImportListDeps extends CampaignModels {
  companyId: Types.ObjectId;
  sealing: Sealing;
  /** How many rows make a block; tests set fewer. */
  blockRows?: number;
}

export async function importList(
  deps: ImportListDeps,
  { fileName, rows }: { fileName: string; rows: AsyncIterable<ListRow> },
  by: Actor & { communityIds: Reach },
): Promise<ImportedList> {
  const _id = new Types.ObjectId();
  const campaign: Campaign = {
    _id,
    companyId: deps.companyId,
    fileName,
    state: 'importing',
    headers: [],
    rows: 0,
    blocks: 0,
    columns: null,
    checked: emptyPass(),
    taken: emptyPass(),
    statuses: {},
    pace: {},
    startAt: null,
    lease: null,
    createdAt: currentTime(),
    createdBy: { id: by.id, name: by.name },
    ...(by.communityIds !== 'all' && { communityIds: [...by.communityIds] }),
  };
  await deps.campaigns.create(campaign);
  try {
    const refusal = await storeRows(deps, campaign, rows);
    if (refusal === null) {
      campaign.state = 'uploaded';
      await deps.campaigns.updateOne({ _id }, { $set: readOf(campaign) });
      return { kind: 'taken', mailing: campaign };
    }
    await deleteCampaign(deps, _id);
    return { kind: 'refused', code: refusal };
  } catch (error) {
    await deleteCampaign(deps, _id);
    if (error instanceof UnreadableList) return { kind: 'refused', code: error.code };
    throw error;
  }
}

export async function deleteCampaign(models: CampaignModels, campaignId: Types.ObjectId): Promise<void> {
  await models.campaignRows.deleteMany({ mailingId: campaignId });
  await models.campaigns.deleteOne({ _id: campaignId });
}

async function storeRows(
  { campaignRows, sealing, blockRows = BLOCK_ROWS }: ImportListDeps,
  campaign: Campaign,
  rows: AsyncIterable<ListRow>,
): Promise<ListRefusal | null> {
  let pending: SealedRows = [];
  let pendingChars = 0;
  const flush = async () => {
    if (pending.length === 0) return;
    const block = campaign.blocks;
    const blockId = blockIdOf(campaign._id, block);
    await campaignRows.collection.insertOne({
      _id: blockId as never,
      mailingId: campaign._id,
      block,
      firstIndex: campaign.rows - pending.length,
      rows: pending.length,
      sealed: sealRows(sealing, blockId, pending),
    });
    campaign.blocks += 1;
    pending = [];
    pendingChars = 0;
  };

  const first: string[][] = [];
  let columns = 0;
  for await (const { row, cells } of rows) {
    if (cells.length > campaignLimits.columns) return 'listTooWide';
    if (campaign.rows >= campaignLimits.rows + campaignLimits.headRows) return 'listTooLong';
    if (first.length < FIRST_ROWS) first.push(cells);
    columns = Math.max(columns, cells.length);
    campaign.rows += 1;
    pending.push([row, cells]);
    for (const cell of cells) pendingChars += cell.length;
    if (pending.length >= blockRows || pendingChars >= BLOCK_CHARS) await flush();
  }
  await flush();
  const head = guessHead(first);
  const phonesAt = guessPhonesAt(first.slice(head.rows));
  campaign.rows -= head.rows;
  campaign.headRows = head.rows;
  if (head.isAsked) campaign.isHeadAsked = true;
  if (phonesAt !== null) campaign.phonesAt = phonesAt;
  Object.assign(campaign, sealHeaders(sealing, campaign._id, headersOf(first, head.rows, columns)));
  if (campaign.rows > campaignLimits.rows) return 'listTooLong';
  return campaign.rows <= 0 ? 'listEmpty' : null;
}

/** What the import has found out. */
function readOf({ headers, rows, blocks, state, ...found }: Campaign): Partial<Campaign> {
  const { headersSealed, headRows, isHeadAsked, phonesAt } = found;
  return {
    headers,
    rows,
    blocks,
    state,
    ...(headersSealed !== undefined && { headersSealed }),
    ...(headRows !== undefined && { headRows }),
    ...(isHeadAsked && { isHeadAsked }),
    ...(phonesAt !== undefined && { phonesAt }),
  };
}

export const campaignRowsPurpose = (blockId: string) => `mailing rows ${blockId}`;

/** The rows of a block before sealing: each row's number in its file, and its cells. */
export type SealedRows = [row: number, cells: string[]][];

export function sealRows(sealing: Sealing, blockId: string, rows: SealedRows): string {
  return sealing.seal(JSON.stringify(rows), campaignRowsPurpose(blockId));
}

export function openRows(
  sealing: Sealing,
  { _id, sealed }: Pick<CampaignBlock, '_id' | 'sealed'>,
): SealedRows {
  try {
    return JSON.parse(sealing.open(sealed, campaignRowsPurpose(_id))) as SealedRows;
  } catch (cause) {
    throw new UnreadableRowsError(`The rows of block ${_id} cannot be opened`, { cause });
  }
}

/** The rows were changed, or sealed under a key that this desk does not have. */
export class UnreadableRowsError extends Error {
  override readonly name = 'UnreadableRowsError';
}

export interface StoredRow extends ListRow {
  /** Its index among the stored rows, from 0. */
  index: number;
}

type ReadDeps = Pick<ImportListDeps, 'campaignRows' | 'sealing'>;

/** Rows of clients in a block; empty when there is no such block. */
export async function readBlock(
  deps: ReadDeps,
  { _id, headRows = 0 }: Pick<Campaign, '_id' | 'headRows'>,
  block: number,
): Promise<StoredRow[]> {
  return (await readStored(deps, _id, block)).filter(({ index }) => index >= headRows);
}

/** The first rows of a list, its head included where the head is stored. */
export async function readFirst(
  deps: ReadDeps,
  { _id, blocks }: Pick<Campaign, '_id' | 'blocks'>,
  count: number,
): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for (let block = 0; block < blocks && rows.length < count; block++)
    rows.push(...(await readStored(deps, _id, block)));
  return rows.slice(0, count);
}

async function readStored(
  { campaignRows, sealing }: ReadDeps,
  campaignId: Types.ObjectId,
  block: number,
): Promise<StoredRow[]> {
  const found = await campaignRows.findById(blockIdOf(campaignId, block)).lean();
  if (!found) return [];
  return openRows(sealing, found).map(([row, cells], at) => ({
    index: found.firstIndex + at,
    row,
    cells,
  }));
}
