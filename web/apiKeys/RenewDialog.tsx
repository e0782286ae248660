/** Confirms a new webhook secret: receivers refuse status webhooks until they have it. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormStatus } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './KeyForm.module.css';
import { call, storeKey } from './keysData.ts';
import type { RotateDialogProps } from './RotateDialog.tsx';

export function RenewDialog({ held, onClose, onMade }: RotateDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const renew = () =>
    save(async () => {
      const made = await call('renewWebhookSecret', { params: { keyId: held.id } });
      storeKey(queries, made.key);
      onMade(made);
    });
  return (
    <Dialog title={t('apiKeys.renew.title', { name: held.name })} onClose={onClose}>
      <div className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <p className={styles.text}>{t('apiKeys.renew.about')}</p>
        <Button size="l" stretched appearance="negative" loading={isSaving} onClick={() => void renew()}>
          {t('apiKeys.renew.do')}
        </Button>
      </div>
    </Dialog>
  );
}
