/** Lines of CSV files, as the screens write them too. */
export { csvLine, withoutFormulaGuard } from '../../shared/csvLine.ts';
