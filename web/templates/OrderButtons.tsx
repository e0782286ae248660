/** Moves a row of a list by one place. The focus follows the row, so that pressing again moves it further. */
import { Icon24ChevronDown, Icon24ChevronUp } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { useLayoutEffect, useRef } from 'react';

export interface OrderButtonsProps {
  index: number;
  count: number;
  /** Labels of the two buttons. */
  earlier: string;
  later: string;
  onMove: (to: number) => void;
}

export function OrderButtons({ index, count, earlier, later, onMove }: OrderButtonsProps) {
  const up = useRef<HTMLElement>(null);
  const down = useRef<HTMLElement>(null);
  const pressed = useRef<'up' | 'down' | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the row has reached its new place
  useLayoutEffect(() => {
    if (pressed.current === null) return;
    const [wanted, other] = pressed.current === 'up' ? [up, down] : [down, up];
    pressed.current = null;
    // At an end of the list, the button for that direction is disabled.
    (wanted.current?.matches(':disabled') ? other : wanted).current?.focus();
  }, [index]);
  const move = (way: 'up' | 'down') => {
    pressed.current = way;
    onMove(way === 'up' ? index - 1 : index + 1);
  };
  return (
    <>
      <IconButton getRootRef={up} label={earlier} disabled={index === 0} onClick={() => move('up')}>
        <Icon24ChevronUp />
      </IconButton>
      <IconButton getRootRef={down} label={later} disabled={index === count - 1} onClick={() => move('down')}>
        <Icon24ChevronDown />
      </IconButton>
    </>
  );
}
