/**
 * Reconnects a tab when success is likely: the network is back, or the tab becomes visible. Browsers slow down the
 * timers of a hidden tab.
 */
import type { DeskConnection } from './deskConnection.ts';

export function comeBackWithTheNetwork(connection: DeskConnection, window: Window): void {
  window.addEventListener('online', () => connection.comeBack());
  window.document.addEventListener('visibilitychange', () => {
    if (window.document.visibilityState === 'visible') connection.comeBack();
  });
}
