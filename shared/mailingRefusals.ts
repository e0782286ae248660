/** Why a row of a list is not sent: what the sending API refuses, and what only a list can have wrong. */
import { type V1Refusal, v1ErrorBody, v1ErrorCodes } from './v1/errorCodes.ts';

export const mailingRefusalCodes = [...v1ErrorCodes, 'duplicateInList'] as const;
export type MailingRefusalCode = (typeof mailingRefusalCodes)[number];

/** The row's phone stood in an earlier row already. */
export interface DuplicateInList {
  code: 'duplicateInList';
  firstRow: number;
}
export type MailingRefusal = V1Refusal | DuplicateInList;

export function mailingRefusalWords(refusal: MailingRefusal): { ru: string; en: string } {
  if (!isDuplicate(refusal)) return v1ErrorBody(refusal).message;
  const { firstRow } = refusal;
  return {
    ru: `Этот номер уже был в строке ${firstRow}`,
    en: `This phone already appears in row ${firstRow}`,
  };
}

function isDuplicate(refusal: MailingRefusal): refusal is DuplicateInList {
  return refusal.code === 'duplicateInList';
}
