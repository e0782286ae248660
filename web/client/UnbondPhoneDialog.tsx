/** Undoes the bond between the client and their phone. */
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import { storeClient } from './clientCache.ts';

export interface UnbondPhoneDialogProps {
  clientId: string;
  phone: string;
  onClose: () => void;
  onDone: () => void;
}

export function UnbondPhoneDialog({ clientId, phone, onClose, onDone }: UnbondPhoneDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const { isBusy, problem, run } = useOneAtATime();
  const unbond = () =>
    run(async () => {
      const { client } = await call('unbondPhone', { params: { clientId } });
      storeClient(queries, client);
      notices.show(t('client.unbond.done'), 'done');
      onDone();
    });
  return (
    <ConfirmDialog
      title={t('client.unbond.title')}
      action={t('client.unbond')}
      isBusy={isBusy}
      problem={problem}
      onConfirm={() => void unbond()}
      onClose={onClose}
    >
      <p>{t('client.unbond.what', { phone })}</p>
      <p>{t('client.unbond.later')}</p>
    </ConfirmDialog>
  );
}
