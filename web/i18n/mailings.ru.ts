/** The words of the lists' screens in Russian. */
export const mailingWordsRu = {
  'error.listUnreadable': 'это не таблица CSV: проверьте кавычки и вид файла',
  'error.listEmpty': 'в файле нет строк под заголовками',
  'error.listTooLong': 'в файле больше 200 000 строк',
  'error.listTooWide': 'в файле больше 100 столбцов',
  'error.mailingNotNow': 'рассылка уже в другом состоянии',
} as const;
