/**
 * The wall without the sections at the side. The address says so; the browser's own full screen goes with it where the
 * browser has one and a person pressed something. A screen on a wall opens the address in a window that is full already.
 */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useHotkeys } from '../desk/useHotkeys.ts';

export function useFullWall(isFull: boolean): { toggle: () => void } {
  const navigate = useNavigate();
  const isOurs = useRef(false);
  const show = (full: boolean) => {
    void navigate({ to: '/wall', search: full ? { full } : {}, replace: true });
    if (full) enter();
    else leave();
  };
  const enter = () => {
    isOurs.current = true;
    document.documentElement.requestFullscreen?.().catch(() => {
      isOurs.current = false;
    });
  };
  const leave = () => {
    if (!isOurs.current) return;
    isOurs.current = false;
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  };

  useHotkeys({
    f: () => show(!isFull),
    ...(isFull ? { escape: () => show(false) } : {}),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the listener lives as long as the screen
  useEffect(() => {
    // Esc and the browser's own buttons end the full screen without asking this page.
    const onChange = () => {
      if (document.fullscreenElement || !isOurs.current) return;
      isOurs.current = false;
      void navigate({ to: '/wall', search: {}, replace: true });
    };
    document.addEventListener('fullscreenchange', onChange);
    return () => {
      document.removeEventListener('fullscreenchange', onChange);
      leave();
    };
  }, []);

  return { toggle: () => show(!isFull) };
}
