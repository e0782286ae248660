/** Lines of CSV files that people open in a spreadsheet. */

/** Russian spreadsheets separate cells by semicolons. */
export function csvLine(cells: readonly string[], language: 'ru' | 'en'): string {
  return `${cells.map(quoted).join(language === 'ru' ? ';' : ',')}\r\n`;
}

/**
 * An apostrophe turns a cell that a spreadsheet would run as a formula into text; a phone with its plus is a number.
 * Source: OWASP, "CSV Injection".
 */
function quoted(cell: string): string {
  const isFormula = /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^\+\d{5,15}$/.test(cell);
  return `"${(isFormula ? `'${cell}` : cell).replace(/"/g, '""')}"`;
}
