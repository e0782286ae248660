/** The tab's title: how many conversations wait, and which screen this is. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { countWords, useCounts } from '../inbox/useCounts.ts';

export function useTitle(): void {
  const { t } = useTranslation();
  const waiting = useCounts()?.all ?? 0;
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const screen = pathname.startsWith('/settings/communities')
    ? t('nav.communities')
    : pathname.startsWith('/settings/people')
      ? t('nav.people')
      : t('nav.inbox');
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${countWords(waiting)}) ` : ''}${screen} · ${t('app.name')}`;
  }, [t, waiting, screen]);
}
