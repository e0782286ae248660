/** The tab's title: whether something was not sent, the number of waiting conversations, and the screen's name. */
import { useEffect } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import { useUnsent } from '../desk/sendMessage.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { countLabel } from '../inbox/countLabel.ts';
import { screenTitle } from '../ui/screenTitle.ts';
import { useStore } from '../ui/useStore.ts';

export function useTitle(): void {
  const { t } = useTranslation();
  const waiting = useStore(useDesk().queueCounts).waiting ?? 0;
  const hasUnsent = useUnsent().size > 0;
  const screen = useStore(screenTitle) ?? t('nav.inbox');
  useEffect(() => {
    const unsent = hasUnsent ? `⚠ ${t('delivery.failed')} · ` : '';
    const count = waiting > 0 ? `(${countLabel(waiting)}) ` : '';
    document.title = `${unsent}${count}${screen} · ${t('app.name')}`;
  }, [t, waiting, hasUnsent, screen]);
}
