/** A screen that is loaded, with its texts, on the first visit: the options of its route in `router.tsx`. */
import { Spinner } from '@vkontakte/vkui';
import type { ComponentType } from 'react';
import type { Area } from '../i18n/areas.ts';
import type { I18n } from '../i18n/i18n.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { lazyPart } from '../ui/lazyPart.ts';
import { NotLoaded } from '../ui/NotLoaded.tsx';

export interface RouterContext {
  i18n: I18n;
}

export function lazyScreen(wanted: readonly Area[], load: () => Promise<ComponentType>) {
  const { preload, usePart } = lazyPart(wanted, load);
  function Screen() {
    const { t } = useTranslation();
    const part = usePart();
    if (part.phase === 'ready') return <part.Part />;
    if (part.phase === 'failed') return <NotLoaded onRetry={part.retry} />;
    return <Spinner size="l">{t('common.loading')}</Spinner>;
  }
  return {
    /** The previous screen stays until this one is loaded. */
    loader: ({ context }: { context: RouterContext }) => preload(context.i18n),
    component: Screen,
  };
}
