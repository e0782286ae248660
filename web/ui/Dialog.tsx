/** A window over the page: the browser's own dialog, so that focus stays inside and Escape closes it. */
import { Icon24Cancel } from '@vkontakte/icons';
import { IconButton, Title } from '@vkontakte/vkui';
import { type ReactNode, useId, useRef } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Dialog.module.css';
import { useModal } from './useModal.ts';

export interface DialogProps {
  title: string;
  onClose: () => void;
  /** For two columns side by side, where there is room. */
  isWide?: boolean;
  children: ReactNode;
}

/** Open while it is drawn. */
export function Dialog({ title, onClose, isWide = false, children }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useModal(ref);
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      data-wide={isWide}
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className={styles.body}>
        <header className={styles.header}>
          <Title level="2" Component="h2" id={titleId}>
            {title}
          </Title>
          <IconButton label={t('common.close')} onClick={onClose}>
            <Icon24Cancel />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
