/** The words of the lists' screens in English. */
import type { mailingWordsRu } from './mailings.ru.ts';

export const mailingWordsEn: Record<keyof typeof mailingWordsRu, string> = {
  'error.listUnreadable': 'this is no CSV table: look at its quotes and at the kind of the file',
  'error.listEmpty': 'the file has no rows under its headers',
  'error.listTooLong': 'the file has over 200,000 rows',
  'error.listTooWide': 'the file has over 100 columns',
  'error.mailingNotNow': 'the mailing is in another state already',
};
