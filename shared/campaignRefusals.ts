/** Why a row of a campaign is refused: the refusals of the sending API, and one that only a list can have. */
import { type V1Refusal, v1ErrorBody, v1ErrorCodes } from './v1/errorCodes.ts';

export const campaignRefusalCodes = [...v1ErrorCodes, 'duplicateInList'] as const;
export type CampaignRefusalCode = (typeof campaignRefusalCodes)[number];

/** An earlier row already has this phone. */
export interface DuplicateInList {
  code: 'duplicateInList';
  firstRow: number;
}
export type CampaignRefusal = V1Refusal | DuplicateInList;

export function campaignRefusalMessages(refusal: CampaignRefusal): { ru: string; en: string } {
  if (!isDuplicate(refusal)) return v1ErrorBody(refusal).message;
  const { firstRow } = refusal;
  return {
    ru: `Этот номер уже был в строке ${firstRow}`,
    en: `This phone already appears in row ${firstRow}`,
  };
}

function isDuplicate(refusal: CampaignRefusal): refusal is DuplicateInList {
  return refusal.code === 'duplicateInList';
}
