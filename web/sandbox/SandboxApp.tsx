/** The page's frame: the reader's language and colours, VKUI's context, and the page inside. */
import { AdaptivityProvider, AppRoot, ConfigProvider } from '@vkontakte/vkui';
import { useEffect, useMemo, useState } from 'react';
import { type Language, ReaderContext, sayIn } from './labels.ts';
import { SandboxPage } from './SandboxPage.tsx';
import type { SandboxStore } from './sandboxStore.ts';

type Colours = 'light' | 'dark';

function kept(key: string): string | null {
  return window.localStorage.getItem(`sandbox.${key}`);
}

function firstLanguage(): Language {
  const chosen = kept('language') ?? navigator.language;
  return chosen.startsWith('ru') || chosen.startsWith('be') || chosen.startsWith('kk') ? 'ru' : 'en';
}

function firstColours(): Colours {
  const chosen = kept('colours');
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function SandboxApp({ store }: { store: SandboxStore }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [colours, setColours] = useState(firstColours);
  const reader = useMemo(() => ({ language, say: sayIn(language) }), [language]);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = reader.say('page.title');
  }, [language, reader]);

  useEffect(() => {
    document.documentElement.dataset.colours = colours;
  }, [colours]);

  function keep(key: string, value: string): void {
    window.localStorage.setItem(`sandbox.${key}`, value);
  }

  return (
    <ConfigProvider colorScheme={colours} platform="vkcom">
      <AdaptivityProvider>
        <AppRoot mode="full" layout="plain" userSelectMode="enabled">
          <ReaderContext.Provider value={reader}>
            <SandboxPage
              store={store}
              colours={colours}
              onLanguage={() => {
                const next = language === 'ru' ? 'en' : 'ru';
                keep('language', next);
                setLanguage(next);
              }}
              onColours={() => {
                const next = colours === 'light' ? 'dark' : 'light';
                keep('colours', next);
                setColours(next);
              }}
            />
          </ReaderContext.Provider>
        </AppRoot>
      </AdaptivityProvider>
    </ConfigProvider>
  );
}
