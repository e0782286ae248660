/**
 * Keeps the keyboard focus across an action that may close or remove the focused element; the browser would lose it.
 * Call it before the action, and call the returned function after.
 */
export function keepFocus(): () => void {
  const pressed = document.activeElement;
  const restore = () => {
    const now = document.activeElement;
    if (now && now !== document.body && !now.matches(':disabled')) return;
    if (pressed instanceof HTMLElement && pressed.isConnected && !pressed.matches(':disabled'))
      pressed.focus();
    else document.querySelector<HTMLElement>('main h1')?.focus();
  };
  // After the change is drawn.
  return () => requestAnimationFrame(() => setTimeout(restore));
}
