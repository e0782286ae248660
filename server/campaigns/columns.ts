/** The meaning of a row's cells: guesses the phone column, and converts a row to a send request. */
import { createHash } from 'node:crypto';
import type { CampaignColumns } from '../../shared/schemas/campaign.ts';
import { spellListPhone } from '../phones/readPhone.ts';
import type { SendItem } from '../serviceMessages/accepting/sendingPort.ts';

const PHONE_HEADER = /phone|телефон|мобильн|номер тел|^тел\.?$|msisdn/i;

export function guessPhoneColumn(headers: readonly string[]): number | null {
  const at = headers.findIndex((header) => PHONE_HEADER.test(header.trim()));
  return at === -1 ? null : at;
}

export function toRequest(columns: CampaignColumns, cells: readonly string[]): SendItem['request'] {
  const variables: Record<string, string> = {};
  for (const [name, column] of Object.entries(columns.variables)) {
    const value = cells[column] ?? '';
    if (value !== '') variables[name] = value;
  }
  const { phoneColumn, template } = columns;
  // The normalised text, valid or not: accepting refuses an invalid phone, and the hash below must stay the same.
  const phone = spellListPhone(cells[phoneColumn] ?? '');
  return { phone, template, variables, deliveryPolicy: 'any' };
}

/** The same row always gives the same request, so that processing a block again changes nothing. */
export function toSendItem(columns: CampaignColumns, index: number, cells: readonly string[]): SendItem {
  const request = toRequest(columns, cells);
  const { template, phone, variables } = request;
  const hash = createHash('sha256').update(JSON.stringify([template, phone, variables]));
  return {
    request,
    repeatTokens: [rowToken(index)],
    requestHash: hash.digest('base64url'),
  };
}

export const rowToken = (index: number) => `row:${index}`;

export function indexOfToken(token: string | undefined): number | null {
  const [, index] = /^row:(\d{1,9})$/.exec(token ?? '') ?? [];
  return index === undefined ? null : Number(index);
}
