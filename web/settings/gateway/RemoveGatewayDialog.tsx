/** Confirms the removal of a community's gateway: without it, messages to phones wait or fail. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormStatus } from '@vkontakte/vkui';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useSaving } from '../../ui/useSaving.ts';
import styles from './GatewaySection.module.css';
import { call, gatewayQuery } from './gatewayData.ts';

export function RemoveGatewayDialog({ communityId, onClose }: { communityId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const remove = async () => {
    const isDone = await save(async () => {
      const { gateway } = await call('removeGateway', { params: { communityId } });
      queries.setQueryData(gatewayQuery(communityId).queryKey, gateway);
    });
    if (isDone) onClose();
  };
  return (
    <Dialog title={t('gateway.remove.title')} onClose={onClose}>
      <div className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <p className={styles.text}>{t('gateway.remove.about')}</p>
        <Button size="l" stretched appearance="negative" loading={isSaving} onClick={() => void remove()}>
          {t('gateway.remove')}
        </Button>
      </div>
    </Dialog>
  );
}
