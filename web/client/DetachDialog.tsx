/** Undoes a merge: a page and its conversations become a separate client again. */
import { useQueryClient } from '@tanstack/react-query';
import type { ClientView } from '../../shared/schemas/client.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { shortAddress } from '../ui/links.ts';
import { useNotices } from '../ui/notices.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import { storeClient } from './clientCache.ts';

export interface DetachDialogProps {
  clientId: string;
  bond: ClientView['bonds'][number];
  onClose: () => void;
  onDone: () => void;
}

export function DetachDialog({ clientId, bond, onClose, onDone }: DetachDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const { isBusy, problem, run } = useOneAtATime();
  const detach = () =>
    run(async () => {
      const { network, externalUserId } = bond;
      const { client, detached } = await call('detachBond', {
        params: { clientId },
        body: { network, externalUserId },
      });
      storeClient(queries, client);
      notices.show(t('client.detach.done', { name: detached.name }), 'done');
      onDone();
    });
  return (
    <ConfirmDialog
      title={t('client.detach.title')}
      action={t('client.detach')}
      isBusy={isBusy}
      problem={problem}
      onConfirm={() => void detach()}
      onClose={onClose}
    >
      <p>
        {t('client.detach.what', {
          network: t(`network.${bond.network}`),
          page: shortAddress(bond.profileUrl) ?? bond.externalUserId,
        })}
      </p>
    </ConfirmDialog>
  );
}
