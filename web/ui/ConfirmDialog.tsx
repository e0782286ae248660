/** Asks for confirmation of an action that others will notice, and describes its effect. */
import { Button } from '@vkontakte/vkui';
import { type ReactNode, useId } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ConfirmDialog.module.css';
import { Dialog } from './Dialog.tsx';
import { Problem } from './Problem.tsx';
import { useFocusOnce } from './useFocusOnce.ts';

export interface ConfirmDialogProps {
  title: string;
  /** The effect of the action. */
  children: ReactNode;
  /** The label of the confirming button. */
  action: string;
  isBusy: boolean;
  problem: string | null;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, action, isBusy, problem, ...on }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const textId = useId();
  const cancelRef = useFocusOnce<HTMLElement>();
  return (
    <Dialog title={title} onClose={on.onClose}>
      <div id={textId} className={styles.text}>
        {children}
      </div>
      {problem && <Problem message={t('actions.failed', { reason: problem })} />}
      <div className={styles.buttons}>
        <Button
          size="l"
          appearance="negative"
          loading={isBusy}
          aria-describedby={textId}
          onClick={on.onConfirm}
        >
          {action}
        </Button>
        <Button size="l" mode="secondary" getRootRef={cancelRef} onClick={on.onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
