/** A notification outside the browser's window, and whether one is needed. */

export function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Does nothing unless the browser permits notifications. `onOpen` runs when the reader presses it. */
export function showNotification(title: string, options: NotificationOptions, onOpen: () => void): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    onOpen();
    notification.close();
  };
}
