/** Lines of CSV files that people open in a spreadsheet. */

/** Russian spreadsheets separate cells by semicolons. */
export function csvLine(cells: readonly string[], language: 'ru' | 'en'): string {
  return `${cells.map(quoted).join(language === 'ru' ? ';' : ',')}\r\n`;
}

/** The beginning of a cell that a spreadsheet would run as a formula. Source: OWASP, "CSV Injection". */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = new RegExp(`^'(?=${FORMULA.source.slice(1)})`);

/** An apostrophe turns a formula into text; a phone with its plus is a number. */
function quoted(cell: string): string {
  const isFormula = FORMULA.test(cell) && !/^\+\d{5,15}$/.test(cell);
  return `"${(isFormula ? `'${cell}` : cell).replace(/"/g, '""')}"`;
}

/** The cell as it was before such a file was written. */
export function withoutFormulaGuard(cell: string): string {
  return cell.replace(GUARDED, '');
}
