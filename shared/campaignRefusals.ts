/** Why a row of a campaign is refused: the refusals of the sending API, and those that only a list can have. */
import { type V1Refusal, v1ErrorBody, v1ErrorCodes } from './v1/errorCodes.ts';

const readingMessages = {
  phoneNoCountryCode: {
    ru: 'Нет кода страны: запишите номер с плюсом, например +375 29 123-45-67',
    en: 'There is no country code: write the number with a plus, such as +375 29 123-45-67',
  },
  textUnreadable: {
    ru: 'В строке есть символы, которые не удалось прочитать: исправьте их и сохраните файл в UTF-8',
    en: 'The row has characters that could not be read: correct them and save the file in UTF-8',
  },
} as const;

export const campaignRefusalCodes = [
  ...v1ErrorCodes,
  'duplicateInList',
  'phoneNoCountryCode',
  'textUnreadable',
] as const;
export type CampaignRefusalCode = (typeof campaignRefusalCodes)[number];

/** An earlier row already has this phone. */
export interface DuplicateInList {
  code: 'duplicateInList';
  firstRow: number;
}

/** The row could not be read as it stands in the file. */
export interface ReadingRefusal {
  code: keyof typeof readingMessages;
}
export type CampaignRefusal = V1Refusal | DuplicateInList | ReadingRefusal;

export function campaignRefusalMessages(refusal: CampaignRefusal): { ru: string; en: string } {
  if (isReading(refusal)) return readingMessages[refusal.code];
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

function isReading(refusal: CampaignRefusal): refusal is ReadingRefusal {
  return Object.hasOwn(readingMessages, refusal.code);
}
