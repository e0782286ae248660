/** The way between the report and the list of missed targets. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ReportsPage.module.css';

export function ReportTabs() {
  const { t } = useTranslation();
  return (
    <nav className={styles.tabs} aria-label={t('reports.tabs')}>
      <Link to="/reports" className={styles.tab}>
        {t('reports.title')}
      </Link>
      <Link to="/breaches" className={styles.tab}>
        {t('reports.breaches')}
      </Link>
    </nav>
  );
}
