/** The providers that every screen stands in: theme, language, the desk and the routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { AdaptivityProvider, AppRoot, ConfigProvider } from '@vkontakte/vkui';
import type { i18n as I18n } from 'i18next';
import { useEffect, useMemo } from 'react';
import { I18nextProvider } from 'react-i18next';
import { DeskProvider } from '../connection/DeskContext.tsx';
import type { Desk } from '../connection/desk.ts';
import type { Store } from '../connection/store.ts';
import { useStore } from '../connection/useStore.ts';
import { setLanguage } from '../i18n/i18n.ts';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import { createNotices, NoticesProvider } from '../ui/notices.ts';
import { PreferencesProvider } from './PreferencesContext.tsx';
import type { Preferences } from './preferences.ts';
import { createDeskRouter } from './router.tsx';

export interface AppProps {
  desk: Desk;
  i18n: I18n;
  preferences: Store<Preferences>;
}

export function App({ desk, i18n, preferences }: AppProps) {
  const { theme, language } = useStore(preferences);
  const router = useMemo(() => createDeskRouter(), []);
  const notices = useMemo(() => createNotices(), []);

  useEffect(() => {
    document.documentElement.lang = language;
    void setLanguage(i18n, language);
  }, [i18n, language]);

  return (
    <I18nextProvider i18n={i18n}>
      <PreferencesProvider value={preferences}>
        <ConfigProvider
          platform="vkcom"
          locale={language}
          {...(theme === 'system' ? {} : { colorScheme: theme })}
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
    </I18nextProvider>
  );
}
