/** The meaning of a row's cells: guesses the phone column, and converts a row to a send request or a refusal. */
import { createHash } from 'node:crypto';
import type { CampaignRefusal } from '../../shared/campaignRefusals.ts';
import type { CampaignColumns } from '../../shared/schemas/campaign.ts';
import { readPhone } from '../phones/readPhone.ts';
import type { SendItem } from '../serviceMessages/accepting/sendingPort.ts';
import { tellDate } from './dates.ts';

const PHONE_HEADER = /phone|телефон|мобильн|номер тел|^тел\.?$|msisdn/i;
/** Stands in the place of a character that could not be decoded. */
const UNREADABLE = '\uFFFD';

export function guessPhoneColumn(headers: readonly string[]): number | null {
  const at = headers.findIndex((header) => PHONE_HEADER.test(header.replace(/\s+/g, ' ').trim()));
  return at === -1 ? null : at;
}

/** How a row is read: the columns that a person chose, and the variables whose template says "date". */
export interface RowReading {
  columns: CampaignColumns;
  dates: ReadonlySet<string>;
}

export type ReadRow = { kind: 'item'; item: SendItem } | { kind: 'refused'; refusal: CampaignRefusal };

/** The same row always gives the same request hash, so that processing a block again changes nothing. */
export function readRow({ columns, dates }: RowReading, index: number, cells: readonly string[]): ReadRow {
  const { phoneColumn, template } = columns;
  const phoneCell = cells[phoneColumn] ?? '';
  const values = Object.entries(columns.variables).flatMap(([name, column]): [string, string][] => {
    const value = cells[column] ?? '';
    return value === '' ? [] : [[name, value]];
  });
  if ([phoneCell, ...values.map(([, value]) => value)].some((cell) => cell.includes(UNREADABLE)))
    return refused({ code: 'textUnreadable' });
  const reading = readPhone(phoneCell);
  if (reading.kind === 'noCountryCode') return refused({ code: 'phoneNoCountryCode' });
  if (reading.kind === 'notPhone') return refused({ code: 'phoneInvalid', field: 'phone' });
  const { phone } = reading;
  // Of the cells as they are stored: the type of a variable may change while the list is sent.
  const hashed = JSON.stringify([template, phone, Object.fromEntries(values)]);
  const variables = Object.fromEntries(
    values.map(([name, value]) => [name, dates.has(name) ? tellDate(value) : value]),
  );
  return {
    kind: 'item',
    item: {
      request: { phone, template, variables, deliveryPolicy: 'any' },
      repeatTokens: [rowToken(index)],
      requestHash: createHash('sha256').update(hashed).digest('base64url'),
    },
  };
}

export const rowToken = (index: number) => `row:${index}`;

export function indexOfToken(token: string | undefined): number | null {
  const [, index] = /^row:(\d{1,9})$/.exec(token ?? '') ?? [];
  return index === undefined ? null : Number(index);
}

function refused(refusal: CampaignRefusal): ReadRow {
  return { kind: 'refused', refusal };
}
