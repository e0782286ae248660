/** A table of the screen as a CSV file, as spreadsheets open it. */
import { csvLine } from '../../shared/csvLine.ts';
import type { Language } from '../i18n/areas.ts';

export function csvOf(rows: readonly (readonly string[])[], language: Language): string {
  // The mark tells spreadsheets that the text is UTF-8.
  return `\uFEFF${rows.map((row) => csvLine(row, language)).join('')}`;
}

export function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
