/** What all settings share: their list at the side (above, on a narrow screen) and the chosen page. */
import { Link, Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
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
  const list = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // On a phone the list is longer than the screen is wide.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is another after each move
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [path]);
  if (pages.length === 0) return <Outlet />;
  return (
    <div className={styles.frame}>
      <nav ref={list} className={styles.pages} aria-label={t('nav.settings')}>
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
