/**
 * Connects a tab again the moment there is a reason to expect that it will work: the network is back, or somebody
 * looks at the tab, whose timers a browser slows down while nobody does.
 */
import type { DeskConnection } from './deskConnection.ts';

export function comeBackWithTheNetwork(connection: DeskConnection, window: Window): void {
  window.addEventListener('online', () => connection.comeBack());
  window.document.addEventListener('visibilitychange', () => {
    if (window.document.visibilityState === 'visible') connection.comeBack();
  });
}
