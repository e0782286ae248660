/** Makes a key; the next dialog shows its secrets. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormStatus } from '@vkontakte/vkui';
import type { FormEvent } from 'react';
import type { ApiKeySecrets } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useSaving } from '../ui/useSaving.ts';
import { KeyFields, readKeyDraft } from './KeyFields.tsx';
import styles from './KeyForm.module.css';
import { call, storeKey } from './keysData.ts';

export interface MakeKeyDialogProps {
  onClose: () => void;
  onMade: (made: ApiKeySecrets) => void;
}

export function MakeKeyDialog({ onClose, onMade }: MakeKeyDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readKeyDraft(event.currentTarget);
    await save(async () => {
      const made = await call('makeApiKey', { body });
      storeKey(queries, made.key);
      onMade(made);
    });
  };
  return (
    <Dialog title={t('apiKeys.add')} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <KeyFields />
        <Button type="submit" size="l" stretched loading={isSaving}>
          {t('apiKeys.make')}
        </Button>
      </form>
    </Dialog>
  );
}
