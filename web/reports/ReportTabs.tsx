/** The way between the report, the clients' marks, the reviews of quality and the list of missed targets. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ReportsPage.module.css';
import type { ReportParams } from './reportParams.ts';

/** @param params what the report is about: it stays the same on the way to the marks and back. */
export function ReportTabs({ params = {} }: { params?: ReportParams }) {
  const { t } = useTranslation();
  const { from, to, community, person } = params;
  const kept = { from, to, community, person };
  return (
    <nav className={styles.tabs} aria-label={t('reports.tabs')}>
      <Link to="/reports" search={kept} className={styles.tab} activeOptions={{ includeSearch: false }}>
        {t('reports.title')}
      </Link>
      <Link to="/ratings" search={kept} className={styles.tab} activeOptions={{ includeSearch: false }}>
        {t('reports.ratings')}
      </Link>
      <Link to="/quality" search={kept} className={styles.tab} activeOptions={{ includeSearch: false }}>
        {t('reports.quality')}
      </Link>
      <Link to="/breaches" className={styles.tab}>
        {t('reports.breaches')}
      </Link>
    </nav>
  );
}
