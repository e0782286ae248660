/** A transcript as CSV: one line per message. */
import { csvLine } from '../../csv/csvLine.ts';
import { cellsOf, lineOf } from '../lines.ts';
import { columns } from '../texts.ts';
import type { Format } from './format.ts';

export const csv: Format = async function* (parts, { language, timeZone }) {
  // The byte order mark tells a spreadsheet that this is UTF-8.
  yield `\uFEFF${csvLine(columns[language], language)}`;
  for await (const part of parts) {
    if (part.kind !== 'messages') continue;
    const lines = part.messages.map((message) => {
      const line = lineOf(message, part.conversation, { language, timeZone });
      return csvLine([line.time, ...cellsOf(line, part.conversation, language)], language);
    });
    yield lines.join('');
  }
};
