/**
 * Finds the first row of each phone in a list, to refuse duplicates. Phones are kept as eight bytes of their blind
 * index in a table of numbers, about 6 MB for 200,000 rows. It is filled block by block, and again after a restart.
 */
import type { Types } from 'mongoose';
import type { CampaignColumns } from '../../shared/schemas/campaign.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { Campaign } from './campaign.model.ts';
import { type ImportListDeps, readBlock, type StoredRow } from './importList.ts';

const FILLED_AT_ONCE = 10;
const TABLES_KEPT = 8;

export interface FirstRows {
  /**
   * For each row of the block, the earlier row with the same phone, or null. Returns null instead of an array while
   * the blocks before it are still being read: call again.
   */
  earlier(campaign: Campaign, block: number, rows: readonly StoredRow[]): Promise<(number | null)[] | null>;
  forget(campaignId: Types.ObjectId): void;
}

export type FirstRowsDeps = Pick<ImportListDeps, 'campaignRows' | 'sealing'> & {
  phones: Pick<Phones, 'indexOf'>;
};

export function createFirstRows(deps: FirstRowsDeps): FirstRows {
  const tables = new Map<string, { read: string; table: Table; nextBlock: number }>();

  function add(table: Table, columns: CampaignColumns, rows: readonly StoredRow[]): (number | null)[] {
    return rows.map(({ row, cells }) => {
      const phone = phoneOrNull(cells[columns.phoneColumn] ?? '');
      if (phone === null) return null;
      const first = table.firstRowOf(deps.phones.indexOf(phone), row);
      // The block may be processed again after a failure: the table then contains its own rows.
      return first < row ? first : null;
    });
  }

  return {
    async earlier(campaign, block, rows) {
      const { _id, columns, headRows } = campaign;
      if (!columns) throw new Error(`Campaign ${_id} has no columns`);
      const key = _id.toHexString();
      let held = tables.get(key);
      // A person may match other columns, or another head, between two dry runs.
      const read = `${columns.phoneColumn} ${headRows}`;
      if (held?.read !== read) {
        const [oldest] = tables.keys();
        if (tables.size >= TABLES_KEPT && oldest !== undefined) tables.delete(oldest);
        held = { read, table: createTable(campaign.rows), nextBlock: 0 };
      }
      // Re-inserted as the newest: the least recently used table is dropped first.
      tables.delete(key);
      tables.set(key, held);
      const until = Math.min(block, held.nextBlock + FILLED_AT_ONCE);
      for (; held.nextBlock < until; held.nextBlock++)
        add(held.table, columns, await readBlock(deps, campaign, held.nextBlock));
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
  /** The first row of the phone; `row` itself when the phone is new. */
  firstRowOf(phoneIndex: string, row: number): number;
}

/** Open addressing, at most half full. One in a thousand million lists of 200,000 has two phones with equal bytes. */
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
