/** Figures of a report, each beside that of the period before. */
import type { Report } from '../../shared/schemas/report.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { type FigureName, figureText } from './figureText.ts';
import styles from './ReportsPage.module.css';

export function FigureTiles({ report, names }: { report: Report; names: readonly FigureName[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <dl className={styles.tiles}>
      {names.map((name) => (
        <div key={name}>
          <dt>{t(`reports.figure.${name}`)}</dt>
          <dd className={styles.number}>{figureText(report.figures, name, locale)}</dd>
          <dd className={styles.faint}>
            {t('reports.before', { value: figureText(report.before, name, locale) })}
          </dd>
        </div>
      ))}
    </dl>
  );
}
