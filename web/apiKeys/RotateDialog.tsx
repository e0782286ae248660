/** Asks how long the previous secret stays valid, and makes the new one. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, FormStatus, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { ApiKeySecrets, ApiKeyView } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './KeyForm.module.css';
import { call, storeKey } from './keysData.ts';

const OVERLAPS_HOURS = [0, 1, 24, 168];
const USUAL_OVERLAP_HOURS = 24;

export interface RotateDialogProps {
  held: ApiKeyView;
  onClose: () => void;
  onMade: (made: ApiKeySecrets) => void;
}

export function RotateDialog({ held, onClose, onMade }: RotateDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [overlapHours, setOverlapHours] = useState(USUAL_OVERLAP_HOURS);
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    await save(async () => {
      const made = await call('rotateApiKey', { params: { keyId: held.id }, body: { overlapHours } });
      storeKey(queries, made.key);
      onMade(made);
    });
  };
  return (
    <Dialog title={t('apiKeys.rotate.title', { name: held.name })} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <FormItem
          noPadding
          top={t('apiKeys.rotate.overlap')}
          htmlFor="rotate-overlap"
          bottom={t('apiKeys.rotate.hint')}
        >
          <NativeSelect
            id="rotate-overlap"
            value={String(overlapHours)}
            onChange={(event) => setOverlapHours(Number(event.target.value))}
          >
            {OVERLAPS_HOURS.map((hours) => (
              <option key={hours} value={hours}>
                {hours === 0 ? t('apiKeys.rotate.atOnce') : t('apiKeys.rotate.hours', { count: hours })}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        <Button type="submit" size="l" stretched loading={isSaving}>
          {t('apiKeys.rotate')}
        </Button>
      </form>
    </Dialog>
  );
}
