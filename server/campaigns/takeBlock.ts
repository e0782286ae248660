/**
 * One step of a mailing: a block of its rows is tried, or handed to sending. It may be done twice after a crash: accepting
 * answers its rows as before, and the sums are moved on by one guarded write.
 */
import type { Model } from 'mongoose';
import type { MailingRefusal } from '../../shared/mailingRefusals.ts';
import type { MailingColumns } from '../../shared/schemas/mailing.ts';
import type { Accepting, Sender } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { Sealing } from '../storage/sealing.ts';
import { rowToken, toRequest, toSendItem } from './columns.ts';
import type { FirstRows } from './firstRows.ts';
import { blockIdOf, type Mailing, type MailingModels, type PassName } from './mailing.model.ts';
import { readBlock, type StoredRow } from './takeList.ts';
import { senderKeyOf } from './tallies.ts';

export interface TakeBlockParts extends MailingModels {
  sealing: Sealing;
  accepting: Accepting;
  firstRows: FirstRows;
  serviceMessages: Model<ServiceMessage>;
  processId: string;
}

export async function takeBlock(parts: TakeBlockParts, mailing: Mailing, pass: PassName): Promise<void> {
  const { _id } = mailing;
  const { nextBlock: block } = mailing[pass];
  const rows = await readBlock(parts, _id, block);
  const earlier = await parts.firstRows.earlier(mailing, block, rows);
  if (earlier === null) return;
  const refusals = await judgeRows(parts, mailing, { pass, rows, earlier });
  const refused = refusals.flatMap((refusal, at) => (refusal ? [{ row: rows[at]!.row, ...refusal }] : []));
  await parts.mailingRefusals.replaceOne(
    { _id: `${blockIdOf(_id, block)}:${pass}` },
    { mailingId: _id, pass, block, refused } as never,
    { upsert: true },
  );
  const codes = refused.map(({ code }) => code);
  await moveOn(parts, mailing, { pass, rows: rows.length, refused: codes });
}

/** One verdict a row. A phone that stood in the list before is not asked about: nobody gets one message twice. */
async function judgeRows(
  { accepting }: TakeBlockParts,
  { _id, companyId, columns }: Mailing,
  { pass, rows, earlier }: { pass: PassName; rows: StoredRow[]; earlier: (number | null)[] },
): Promise<(MailingRefusal | null)[]> {
  if (!columns) throw new Error(`Mailing ${_id} has no columns`);
  const firsts = rows.filter((_, at) => earlier[at] === null);
  const sender: Sender = { companyId, senderKey: senderKeyOf(_id), statusUrl: null };
  const verdicts =
    pass === 'checked'
      ? await accepting.judge(
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
  columns: MailingColumns,
  rows: StoredRow[],
): Promise<(MailingRefusal | null)[]> {
  const items = rows.map(({ index, cells }) => toSendItem(columns, index, cells));
  const outcomes = await accepting.accept(sender, items);
  return outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.refusal : null));
}

/** Whatever the state is by now, what was handed over is counted; not by who lost the lease meanwhile. */
async function moveOn(
  { mailings, processId }: TakeBlockParts,
  { _id, columns, checked, taken }: Mailing,
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
  await mailings.collection.updateOne(
    { _id, [`${pass}.nextBlock`]: block, columns: columns as never, 'lease.owner': processId },
    { $inc: sums },
  );
}

/**
 * Of a cancelled list: a process may have died while it handed a block over. What it had stored of it is counted, since
 * nobody will take that block again. True when there was any.
 */
export async function countHalfTaken(parts: TakeBlockParts, mailing: Mailing): Promise<boolean> {
  const { _id, taken, blocks } = mailing;
  if (taken.nextBlock >= blocks) return false;
  const rows = await readBlock(parts, _id, taken.nextBlock);
  const tokens = rows.map(({ index }) => rowToken(index));
  const stored = await parts.serviceMessages.countDocuments({
    senderKey: senderKeyOf(_id),
    repeatTokens: { $in: tokens },
  });
  if (stored === 0) return false;
  await moveOn(parts, mailing, { pass: 'taken', rows: stored, refused: [] });
  return true;
}
