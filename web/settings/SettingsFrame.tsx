/** What all settings share: their list at the side (above, on a narrow screen) and the chosen page. */
import { Link, Navigate, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDeskData } from '../app/useDeskData.ts';
import { ApiError } from '../connection/apiError.ts';
import { Failed } from '../ui/Failed.tsx';
import styles from './SettingsFrame.module.css';
import { settingsPagesFor } from './settingsPages.ts';

export function SettingsFrame() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const pages = settingsPagesFor(me.role);
  if (pages.length === 0) return <Outlet />;
  return (
    <div className={styles.frame}>
      <nav className={styles.pages} aria-label={t('nav.settings')}>
        {pages.map(({ path, words, Icon }) => (
          <Link key={path} to={path} className={styles.page}>
            <Icon aria-hidden className={styles.icon} />
            {t(words)}
          </Link>
        ))}
      </nav>
      <div className={styles.chosen}>
        <Outlet />
      </div>
    </div>
  );
}

/** `/settings` itself is the first page that may be seen. */
export function FirstSettingsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const first = settingsPagesFor(me.role)[0];
  if (first) return <Navigate to={first.path} replace />;
  return <Failed title={t('nav.settings')} error={new ApiError('forbidden', 'administrators only')} />;
}
