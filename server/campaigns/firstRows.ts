/**
 * In which row of a list each phone stands first. Phones are known by eight bytes of their blind index in a table of
 * numbers, about 6 MB for 200,000 rows, filled block by block; after a restart it is filled again from the blocks.
 */
import type { Types } from 'mongoose';
import type { CampaignColumns } from '../../shared/schemas/campaign.ts';
import { readListPhone } from '../phones/readPhone.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { Campaign } from './campaign.model.ts';
import { type ImportListDeps, readBlock, type StoredRow } from './importList.ts';

const FILLED_AT_ONCE = 10;
const TABLES_KEPT = 8;

export interface FirstRows {
  /**
   * For each row of the block, the earlier row with its phone, or null. The answer itself is null while blocks before it
   * are still being gone through: ask again.
   */
  earlier(campaign: Campaign, block: number, rows: readonly StoredRow[]): Promise<(number | null)[] | null>;
  forget(campaignId: Types.ObjectId): void;
}

export type FirstRowsDeps = Pick<ImportListDeps, 'campaignRows' | 'sealing'> & {
  phones: Pick<Phones, 'indexOf'>;
};

export function createFirstRows(deps: FirstRowsDeps): FirstRows {
  const tables = new Map<string, { phoneColumn: number; table: Table; nextBlock: number }>();

  function add(table: Table, columns: CampaignColumns, rows: readonly StoredRow[]): (number | null)[] {
    return rows.map(({ row, cells }) => {
      const phone = readListPhone(cells[columns.phoneColumn] ?? '');
      if (phone === null) return null;
      const first = table.firstRowOf(deps.phones.indexOf(phone), row);
      // The block may be gone through again after a failure: its own rows are known by then.
      return first < row ? first : null;
    });
  }

  return {
    async earlier(campaign, block, rows) {
      const { _id, columns } = campaign;
      if (!columns) throw new Error(`Mailing ${_id} has no columns`);
      const key = _id.toHexString();
      let held = tables.get(key);
      if (!held || held.phoneColumn !== columns.phoneColumn) {
        const [oldest] = tables.keys();
        if (tables.size >= TABLES_KEPT && oldest !== undefined) tables.delete(oldest);
        held = { phoneColumn: columns.phoneColumn, table: createTable(campaign.rows), nextBlock: 0 };
      }
      // The last to be asked for is the last to be let go.
      tables.delete(key);
      tables.set(key, held);
      const until = Math.min(block, held.nextBlock + FILLED_AT_ONCE);
      for (; held.nextBlock < until; held.nextBlock++)
        add(held.table, columns, await readBlock(deps, _id, held.nextBlock));
      if (held.nextBlock < block) return null;
      held.nextBlock = Math.max(held.nextBlock, block + 1);
      return add(held.table, columns, rows);
    },
    forget(campaignId) {
      tables.delete(campaignId.toHexString());
    },
  };
}

interface Table {
  /** The row that the phone stood in first; this one when it is new. */
  firstRowOf(phoneIndex: string, row: number): number;
}

/** Open addressing, at most half full. Two phones share eight bytes in one list of 200,000 out of a thousand million. */
function createTable(entries: number): Table {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, entries * 2)));
  const keys = new BigUint64Array(slots);
  const rows = new Uint32Array(slots);
  const mask = slots - 1;
  return {
    firstRowOf(phoneIndex, row) {
      const bytes = Buffer.from(phoneIndex, 'base64url');
      // Zero stands for an empty slot.
      const key = bytes.readBigUInt64LE(0) || 1n;
      let slot = bytes.readUInt32LE(8) & mask;
      while (keys[slot] !== 0n && keys[slot] !== key) slot = (slot + 1) & mask;
      if (keys[slot] === 0n) {
        keys[slot] = key;
        rows[slot] = row;
      }
      return rows[slot]!;
    },
  };
}
