/** Takes a file in as a mailing: row after row into sealed blocks, so that memory holds one block however long it is. */
import { Types } from 'mongoose';
import { mailingLimits } from '../../shared/schemas/mailing.ts';
import type { Sealing } from '../storage/sealing.ts';
import { blockIdOf, emptyPass, type Mailing, type MailingModels } from './mailing.model.ts';
import { UnreadableList } from './readCsv.ts';

export const BLOCK_ROWS = 1_000;
/** A block is one document: long rows make shorter blocks. */
const BLOCK_CHARS = 2 * 1024 * 1024;

export type ListRefusal = 'listUnreadable' | 'listEmpty' | 'listTooLong' | 'listTooWide';
export type TakenList = { kind: 'taken'; mailing: Mailing } | { kind: 'refused'; code: ListRefusal };

export interface TakeListParts extends MailingModels {
  companyId: Types.ObjectId;
  sealing: Sealing;
}

export async function takeList(
  parts: TakeListParts,
  { fileName, rows }: { fileName: string; rows: AsyncIterable<string[]> },
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
    if (error instanceof UnreadableList) return { kind: 'refused', code: 'listUnreadable' };
    throw error;
  }
}

export async function forgetMailing(models: MailingModels, mailingId: Types.ObjectId): Promise<void> {
  await models.mailingRows.deleteMany({ mailingId });
  await models.mailings.deleteOne({ _id: mailingId });
}

async function store(
  { mailingRows, sealing }: TakeListParts,
  mailing: Mailing,
  rows: AsyncIterable<string[]>,
): Promise<ListRefusal | null> {
  let held: string[][] = [];
  let heldChars = 0;
  const flush = async () => {
    if (held.length === 0) return;
    const block = mailing.blocks;
    const blockId = blockIdOf(mailing._id, block);
    await mailingRows.collection.insertOne({
      _id: blockId as never,
      mailingId: mailing._id,
      block,
      firstRow: mailing.rows - held.length + 2,
      rows: held.length,
      sealed: sealing.seal(JSON.stringify(held), purposeOf(blockId)),
    });
    mailing.blocks += 1;
    held = [];
    heldChars = 0;
  };

  let isHeader = true;
  for await (const cells of rows) {
    if (cells.length > mailingLimits.columns) return 'listTooWide';
    if (isHeader) {
      mailing.headers = cells.map((cell) => cell.slice(0, mailingLimits.headerChars));
      isHeader = false;
      continue;
    }
    if (mailing.rows >= mailingLimits.rows) return 'listTooLong';
    mailing.rows += 1;
    held.push(cells);
    for (const cell of cells) heldChars += cell.length;
    if (held.length >= BLOCK_ROWS || heldChars >= BLOCK_CHARS) await flush();
  }
  await flush();
  return mailing.rows === 0 ? 'listEmpty' : null;
}

const purposeOf = (blockId: string) => `mailing rows ${blockId}`;

/** Rows of a block with their numbers in the file; empty when there is no such block. */
export async function readBlock(
  { mailingRows, sealing }: Pick<TakeListParts, 'mailingRows' | 'sealing'>,
  mailingId: Types.ObjectId,
  block: number,
): Promise<{ row: number; cells: string[] }[]> {
  const found = await mailingRows.findById(blockIdOf(mailingId, block)).lean();
  if (!found) return [];
  const rows = JSON.parse(sealing.open(found.sealed, purposeOf(found._id))) as string[][];
  return rows.map((cells, at) => ({ row: found.firstRow + at, cells }));
}
