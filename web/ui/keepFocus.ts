/**
 * Keeps the keyboard's place over an action: what was pressed may be closed meanwhile, or gone when it is done, and the
 * browser then forgets where it was. Called before the action; what it gives is called after.
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
  // When what has changed is drawn.
  return () => requestAnimationFrame(() => setTimeout(restore));
}
