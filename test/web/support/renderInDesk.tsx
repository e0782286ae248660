/** Draws a component inside all providers of the inbox, except the routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { configure, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { io } from 'socket.io-client';
import { type Bootstrap, cacheKeys } from '../../../web/desk/cacheKeys.ts';
import { DeskProvider } from '../../../web/desk/DeskContext.tsx';
import { createDesk, type Desk } from '../../../web/desk/desk.ts';
import { PreferencesProvider } from '../../../web/desk/PreferencesContext.tsx';
import { createPreferences, type Preferences } from '../../../web/desk/preferences.ts';
import { type Area, areas } from '../../../web/i18n/areas.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';
import { I18nProvider } from '../../../web/i18n/useTranslation.ts';
import { createNotices, NoticesProvider } from '../../../web/ui/notices.ts';
import { sampleCommunity, sampleMe } from './samples.ts';

/** A loaded machine draws slowly, so waits have a long deadline. */
configure({ asyncUtilTimeout: 10_000 });

/** jsdom has no screen, but VKUI asks for its width. Nothing matches: an ordinary desktop. */
window.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  });

/** jsdom cannot show dialogs. Here an opened one is in the page; a closed one returns the focus, as in a browser. */
HTMLDialogElement.prototype.showModal ??= function showModal() {
  openers.set(this, document.activeElement);
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close() {
  if (!this.open) return;
  this.open = false;
  const opener = openers.get(this);
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
};
const openers = new WeakMap<HTMLDialogElement, Element | null>();

/** Loads the texts of every screen, as they are once the component's screen has loaded. */
export const i18n = await createI18n('ru');
await i18n.need(Object.keys(areas) as Area[]);

export interface InDesk {
  desk: Desk;
  /** Draws it again with outside changes. */
  show(ui: ReactNode): void;
}

export function renderInDesk(
  ui: ReactNode,
  options: Partial<Preferences> = {},
  data: Partial<Bootstrap> = {},
): InDesk {
  const desk = createDesk(io({ autoConnect: false }), window.sessionStorage);
  desk.queries.setQueryData<Bootstrap>(cacheKeys.desk, {
    me: sampleMe,
    people: [sampleMe],
    communities: [sampleCommunity],
    sandboxUrl: null,
    ...data,
  });
  const preferences = createPreferences({ getItem: () => JSON.stringify(options), setItem: () => {} }, [
    'ru',
  ]);
  const notices = createNotices();
  const inside = (content: ReactNode) => (
    <I18nProvider value={i18n}>
      <PreferencesProvider value={preferences}>
        <DeskProvider value={desk}>
          <NoticesProvider value={notices}>
            <QueryClientProvider client={desk.queries}>{content}</QueryClientProvider>
          </NoticesProvider>
        </DeskProvider>
      </PreferencesProvider>
    </I18nProvider>
  );
  const { rerender } = render(inside(ui));
  return { desk, show: (next) => rerender(inside(next)) };
}
