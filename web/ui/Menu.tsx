/** A button that opens a list of actions: arrows move, Enter chooses, Escape or a press elsewhere closes. */
import { VisuallyHidden } from '@vkontakte/vkui';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './Menu.module.css';

export interface MenuItem {
  key: string;
  label: ReactNode;
  before?: ReactNode;
  isChecked?: boolean;
  onChoose: () => void;
}

export interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  /** The content of the button. */
  children: ReactNode;
  className?: string;
  isDisabled?: boolean;
  /** The side of the button to which the list is aligned. */
  align?: 'start' | 'end';
  side?: 'below' | 'above';
}

export function Menu({
  label,
  items,
  children,
  className,
  isDisabled,
  align = 'end',
  side = 'below',
}: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const rootRef = useRef<HTMLDivElement>(null);
  const buttonRef = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    itemsOf(rootRef.current)[0]?.focus();
    const closeElsewhere = (event: PointerEvent) => {
      if (!rootRef.current?.contains(event.target as Node)) setIsOpen(false);
    };
    document.addEventListener('pointerdown', closeElsewhere);
    return () => document.removeEventListener('pointerdown', closeElsewhere);
  }, [isOpen]);

  const close = () => {
    setIsOpen(false);
    buttonRef.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    const all = itemsOf(rootRef.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else if (event.key === 'Tab') setIsOpen(false);
    if (event.key !== 'Tab') event.stopPropagation();
    if (['Escape', 'ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only passes on the keys of the buttons inside
    <div className={styles.root} ref={rootRef} onKeyDown={onKeyDown}>
      <button
        ref={buttonRef}
        type="button"
        className={className ?? styles.button}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        disabled={isDisabled}
        onClick={() => setIsOpen(!isOpen)}
      >
        <VisuallyHidden>{label}</VisuallyHidden>
        <span className={styles.face} aria-hidden>
          {children}
        </span>
      </button>
      {isOpen && (
        <div role="menu" aria-label={label} className={styles.list} data-align={align} data-side={side}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              {...(item.isChecked === undefined
                ? { role: 'menuitem' }
                : { role: 'menuitemradio', 'aria-checked': item.isChecked })}
              tabIndex={-1}
              className={styles.item}
              onClick={() => {
                close();
                item.onChoose();
              }}
            >
              {item.before}
              <span className={styles.itemLabel}>{item.label}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function itemsOf(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
}
