/** The frame of a settings page: its name, what it offers to add, and its content in a readable width. */
import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useDeskData } from '../app/useDeskData.ts';
import { ApiError } from '../connection/apiError.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import styles from './SettingsPage.module.css';
import { settingsPageAt, settingsPagesFor } from './settingsPages.ts';

export interface SettingsPageProps {
  title: string;
  action: ReactNode;
  children: ReactNode;
}

export function SettingsPage({ title, action, children }: SettingsPageProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isAllowed = settingsPagesFor(me.role).some((page) => page === settingsPageAt(path));
  return (
    <main className={styles.page}>
      <div className={styles.inside}>
        <header className={styles.header}>
          <h1 className={styles.title}>{title}</h1>
          {isAllowed && action}
        </header>
        {isAllowed ? (
          children
        ) : (
          <Failed title={title} error={new ApiError('forbidden', 'administrators only')} />
        )}
      </div>
    </main>
  );
}
