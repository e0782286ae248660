/** Asks before the reader leaves unsaved changes; on closing the tab the browser asks by itself. */
import { useBlocker } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import type { RefObject } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import styles from './TemplateEditor.module.css';

export function LeaveGuard({ isDirty }: { isDirty: RefObject<boolean> }) {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isDirty.current,
    enableBeforeUnload: () => isDirty.current,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog title={t('templates.leave.title')} onClose={reset}>
      <p>{t('templates.leave.about')}</p>
      <div className={styles.inserts}>
        <Button size="l" mode="secondary" onClick={reset}>
          {t('templates.leave.stay')}
        </Button>
        <Button size="l" appearance="negative" onClick={proceed}>
          {t('templates.leave.do')}
        </Button>
      </div>
    </Dialog>
  );
}
