/** How often each mark was given: bars, and the same numbers in a table. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { shareText } from './figureText.ts';
import styles from './MarkSpread.module.css';
import { ReportTable } from './ReportTable.tsx';

/** @param marks counts of the marks from 1 on. */
export function MarkSpread({ marks }: { marks: readonly number[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const all = marks.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...marks);
  const rows = marks
    .map((count, at) => ({ mark: at + 1, count, share: shareText(count, all, locale) }))
    .reverse();
  return (
    <ReportTable
      title={t('ratings.spread')}
      fileName="marks.csv"
      columns={[t('ratings.mark'), t('ratings.count'), t('ratings.share')]}
      isFolded
      rows={
        all === 0
          ? []
          : rows.map(({ mark, count, share }) => ({
              key: String(mark),
              head: mark,
              headText: String(mark),
              cells: [count.toLocaleString(locale), share],
            }))
      }
    >
      {/* The table below has the same numbers for those who do not see bars. */}
      <div className={styles.bars} aria-hidden>
        {rows.map(({ mark, count, share }) => (
          <div key={mark} className={styles.row}>
            <span>{mark}</span>
            <span className={styles.track}>
              <span
                className={styles.bar}
                data-mark={mark}
                style={{ inlineSize: `${(100 * count) / most}%` }}
              />
            </span>
            <span className={styles.number}>
              {count.toLocaleString(locale)} · {share}
            </span>
          </div>
        ))}
      </div>
    </ReportTable>
  );
}
