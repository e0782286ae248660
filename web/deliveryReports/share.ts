/** A share in whole percents, with a decimal below 10 percent and near 100. */

/** Empty when the whole is zero, or smaller than its part because it was counted before the period. */
export function shareText(part: number, whole: number, locale: string): string {
  if (part === 0 || whole === 0 || part > whole) return '';
  const share = part / whole;
  const percent = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(value);
  if (share < 0.001) return `< ${percent(0.001, 1)}`;
  // All but a few must not be shown as 100 percent.
  if (share > 0.99 && share < 1) return percent(Math.min(share, 0.999), 1);
  return percent(share, share < 0.1 ? 1 : 0);
}
