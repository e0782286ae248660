/** The providers around every screen: theme, language, the desk and the routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { AdaptivityProvider, AppRoot, ConfigProvider } from '@vkontakte/vkui';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { DeskProvider } from '../desk/DeskContext.tsx';
import type { Desk } from '../desk/desk.ts';
import { PreferencesProvider } from '../desk/PreferencesContext.tsx';
import type { Preferences } from '../desk/preferences.ts';
import type { I18n } from '../i18n/i18n.ts';
import { I18nProvider } from '../i18n/useTranslation.ts';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import { createNotices, NoticesProvider } from '../ui/notices.ts';
import type { Store } from '../ui/store.ts';
import { usePrinting } from '../ui/usePrinting.ts';
import { useStore } from '../ui/useStore.ts';
import { createDeskRouter } from './router.tsx';

export interface AppProps {
  desk: Desk;
  i18n: I18n;
  preferences: Store<Preferences>;
}

export function App({ desk, i18n, preferences }: AppProps) {
  const { theme, language: chosen } = useStore(preferences);
  const { t, language } = useSyncExternalStore(i18n.subscribe, i18n.current);
  const router = useMemo(() => createDeskRouter(i18n), [i18n]);
  const isPrinting = usePrinting();
  const notices = useMemo(() => createNotices(), []);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  // If the language could not be loaded, the switch returns to the present one.
  useEffect(() => {
    i18n.setLanguage(chosen).catch(() => {
      if (preferences.get().language !== chosen) return;
      preferences.set({ ...preferences.get(), language: i18n.current().language });
      notices.show(t('menu.language.notLoaded'));
    });
  }, [i18n, chosen, preferences, notices, t]);

  return (
    <I18nProvider value={i18n}>
      <PreferencesProvider value={preferences}>
        <ConfigProvider
          platform="vkcom"
          locale={language}
          // On paper, dark colours would give light letters on white.
          {...(isPrinting
            ? { colorScheme: 'light' as const }
            : theme === 'system'
              ? {}
              : { colorScheme: theme })}
        >
          <AdaptivityProvider density="compact">
            <AppRoot mode="full">
              <DeskProvider value={desk}>
                <NoticesProvider value={notices}>
                  <QueryClientProvider client={desk.queries}>
                    <RouterProvider router={router} />
                    <NoticeBar />
                  </QueryClientProvider>
                </NoticesProvider>
              </DeskProvider>
            </AppRoot>
          </AdaptivityProvider>
        </ConfigProvider>
      </PreferencesProvider>
    </I18nProvider>
  );
}
