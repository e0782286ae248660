/** Takes a file in as a mailing: row after row into sealed blocks, so that memory holds one block however long it is. */
import { Types } from 'mongoose';
import { mailingLimits } from '../../shared/schemas/mailing.ts';
import type { Sealing } from '../storage/sealing.ts';
import { type ListRow, type Unreadable, UnreadableList } from './listRow.ts';
import {
  blockIdOf,
  emptyPass,
  type Mailing,
  type MailingBlock,
  type MailingModels,
} from './mailing.model.ts';

const BLOCK_ROWS = 1_000;
/** A block is one document: long rows make shorter blocks. */
const BLOCK_CHARS = 2 * 1024 * 1024;

export type ListRefusal = Unreadable | 'listEmpty' | 'listTooLong' | 'listTooWide';
export type TakenList = { kind: 'taken'; mailing: Mailing } | { kind: 'refused'; code: ListRefusal };

export interface TakeListParts extends MailingModels {
  companyId: Types.ObjectId;
  sealing: Sealing;
  /** How many rows are one step of the work. */
  blockRows?: number;
}

export async function takeList(
  parts: TakeListParts,
  { fileName, rows }: { fileName: string; rows: AsyncIterable<ListRow> },
  by: { id: string; name: string },
): Promise<TakenList> {
  const _id = new Types.ObjectId();
  const mailing: Mailing = {
    _id,
    companyId: parts.companyId,
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
    createdAt: new Date(),
    createdBy: by,
  };
  await parts.mailings.create(mailing);
  try {
    const refusal = await store(parts, mailing, rows);
    if (refusal === null) {
      const { headers, rows: count, blocks } = mailing;
      mailing.state = 'uploaded';
      await parts.mailings.updateOne({ _id }, { $set: { headers, rows: count, blocks, state: 'uploaded' } });
      return { kind: 'taken', mailing };
    }
    await forgetMailing(parts, _id);
    return { kind: 'refused', code: refusal };
  } catch (error) {
    await forgetMailing(parts, _id);
    if (error instanceof UnreadableList) return { kind: 'refused', code: error.code };
    throw error;
  }
}

export async function forgetMailing(models: MailingModels, mailingId: Types.ObjectId): Promise<void> {
  await models.mailingRows.deleteMany({ mailingId });
  await models.mailings.deleteOne({ _id: mailingId });
}

async function store(
  { mailingRows, sealing, blockRows = BLOCK_ROWS }: TakeListParts,
  mailing: Mailing,
  rows: AsyncIterable<ListRow>,
): Promise<ListRefusal | null> {
  let held: SealedRows = [];
  let heldChars = 0;
  const flush = async () => {
    if (held.length === 0) return;
    const block = mailing.blocks;
    const blockId = blockIdOf(mailing._id, block);
    await mailingRows.collection.insertOne({
      _id: blockId as never,
      mailingId: mailing._id,
      block,
      firstIndex: mailing.rows - held.length,
      rows: held.length,
      sealed: sealRows(sealing, blockId, held),
    });
    mailing.blocks += 1;
    held = [];
    heldChars = 0;
  };

  let isHeader = true;
  for await (const { row, cells } of rows) {
    if (cells.length > mailingLimits.columns) return 'listTooWide';
    if (isHeader) {
      mailing.headers = cells.map((cell) => cell.slice(0, mailingLimits.headerChars));
      isHeader = false;
      continue;
    }
    if (mailing.rows >= mailingLimits.rows) return 'listTooLong';
    mailing.rows += 1;
    held.push([row, cells]);
    for (const cell of cells) heldChars += cell.length;
    if (held.length >= blockRows || heldChars >= BLOCK_CHARS) await flush();
  }
  await flush();
  return mailing.rows === 0 ? 'listEmpty' : null;
}

export const mailingRowsPurpose = (blockId: string) => `mailing rows ${blockId}`;

/** As they lie in a block: the number of each row in its file, and its cells. */
export type SealedRows = [row: number, cells: string[]][];

export function sealRows(sealing: Sealing, blockId: string, rows: SealedRows): string {
  return sealing.seal(JSON.stringify(rows), mailingRowsPurpose(blockId));
}

export function openRows(
  sealing: Sealing,
  { _id, sealed }: Pick<MailingBlock, '_id' | 'sealed'>,
): SealedRows {
  return JSON.parse(sealing.open(sealed, mailingRowsPurpose(_id))) as SealedRows;
}

export interface StoredRow extends ListRow {
  /** Its place among the list's rows, from 0. */
  index: number;
}

/** Rows of a block; empty when there is no such block. */
export async function readBlock(
  { mailingRows, sealing }: Pick<TakeListParts, 'mailingRows' | 'sealing'>,
  mailingId: Types.ObjectId,
  block: number,
): Promise<StoredRow[]> {
  const found = await mailingRows.findById(blockIdOf(mailingId, block)).lean();
  if (!found) return [];
  return openRows(sealing, found).map(([row, cells], at) => ({
    index: found.firstIndex + at,
    row,
    cells,
  }));
}
