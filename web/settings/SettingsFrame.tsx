/** The frame of all settings: their list at the side (above, on a narrow screen) and the chosen page. */
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Icon28BuildingOutline,
  Icon28CheckShieldOutline,
  Icon28HistoryBackwardOutline,
  Icon28KeyOutline,
  Icon28ServicesOutline,
  Icon28StarsOutline,
  Icon28UsersOutline,
} from '@vkontakte/icons';
import { useEffect, useRef } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ApiError } from '../ui/apiError.ts';
import { Failed } from '../ui/Failed.tsx';
import styles from './SettingsFrame.module.css';
import { type SettingsPageRow, settingsPagesFor } from './settingsPages.ts';

/** Here, and not in the list of pages, because the first screen loads that list too. */
const icons: Record<SettingsPageRow['path'], typeof Icon28KeyOutline> = {
  '/settings/communities': Icon28ServicesOutline,
  '/settings/company': Icon28BuildingOutline,
  '/settings/quality': Icon28StarsOutline,
  '/settings/people': Icon28UsersOutline,
  '/settings/keys': Icon28KeyOutline,
  '/settings/personal-data': Icon28CheckShieldOutline,
  '/settings/audit': Icon28HistoryBackwardOutline,
};

export function SettingsFrame() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const pages = settingsPagesFor(me.role);
  const list = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // On a phone the list is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen page changes after each navigation
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [path]);
  if (pages.length === 0) return <Outlet />;
  return (
    <div className={styles.frame}>
      <nav ref={list} className={styles.pages} aria-label={t('nav.settings')}>
        {pages.map(({ path, labelKey }) => {
          const Icon = icons[path];
          return (
            <Link key={path} to={path} className={styles.page}>
              <Icon aria-hidden className={styles.icon} />
              {t(labelKey)}
            </Link>
          );
        })}
      </nav>
      <div className={styles.chosen}>
        <Outlet />
      </div>
    </div>
  );
}

/**
 * `/settings` redirects to the first page that the reader may see, once: the router's own `Navigate` redirects again with
 * each drawing, and would undo a click on another page while that page is loaded.
 */
export function FirstSettingsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const navigate = useNavigate();
  const to = settingsPagesFor(me.role)[0]?.path;
  useEffect(() => {
    if (to) void navigate({ to, replace: true });
  }, [to, navigate]);
  if (to) return null;
  return <Failed title={t('nav.settings')} error={new ApiError('forbidden', 'administrators only')} />;
}
