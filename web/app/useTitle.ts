/** The tab's title: whether something was not sent, the number of waiting conversations, and the screen's name. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useUnsent } from '../desk/sendMessage.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { countLabel, useCounts } from '../inbox/useCounts.ts';
import { settingsPageAt } from '../settings/settingsPages.ts';

export function useTitle(): void {
  const { t } = useTranslation();
  const waiting = useCounts()?.all ?? 0;
  const hasUnsent = useUnsent().size > 0;
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const screen = t(settingsPageAt(pathname)?.labelKey ?? 'nav.inbox');
  useEffect(() => {
    const unsent = hasUnsent ? `⚠ ${t('delivery.failed')} · ` : '';
    const count = waiting > 0 ? `(${countLabel(waiting)}) ` : '';
    document.title = `${unsent}${count}${screen} · ${t('app.name')}`;
  }, [t, waiting, hasUnsent, screen]);
}
