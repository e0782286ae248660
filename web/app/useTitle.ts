/** The tab's title: the number of waiting conversations, and the screen's name. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { countLabel, useCounts } from '../inbox/useCounts.ts';
import { settingsPageAt } from '../settings/settingsPages.ts';

export function useTitle(): void {
  const { t } = useTranslation();
  const waiting = useCounts()?.all ?? 0;
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const screen = t(settingsPageAt(pathname)?.labelKey ?? 'nav.inbox');
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${countLabel(waiting)}) ` : ''}${screen} · ${t('app.name')}`;
  }, [t, waiting, screen]);
}
