/** Starts the inbox in this tab: builds the desk, the texts and the routes once, and draws them. */
import { createRoot } from 'react-dom/client';
import { io } from 'socket.io-client';
import { App } from './app/App.tsx';
import { comeBackWithTheNetwork } from './desk/comeBack.ts';
import { createDesk } from './desk/desk.ts';
import type { DeskSocket } from './desk/deskConnection.ts';
import { createPreferences } from './desk/preferences.ts';
import { deskQuery } from './desk/useDeskData.ts';
import { watchUse } from './desk/watchUse.ts';
import { createI18n } from './i18n/i18n.ts';
import { showNotLoaded } from './i18n/notLoaded.ts';
import '@vkontakte/vkui/dist/vkui.css';
import './app/base.css';
import './ui/contrast.css';

const preferences = createPreferences(window.localStorage, navigator.languages);
const socket: DeskSocket = io({
  autoConnect: false,
  withCredentials: true,
  reconnectionDelayMax: 5_000,
  // One attempt without an answer must not delay the next for the library's 20 s.
  timeout: 8_000,
});
const desk = createDesk(socket, window.sessionStorage);
comeBackWithTheNetwork(desk.connection, window);
watchUse(desk.connection, window);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
// Requested at once, so that the texts and the data load in parallel.
if (window.location.pathname !== '/sign-in') void desk.queries.prefetchQuery(deskQuery);

createI18n(preferences.get().language).then(
  (i18n) => createRoot(root).render(<App desk={desk} i18n={i18n} preferences={preferences} />),
  () => showNotLoaded(root),
);
