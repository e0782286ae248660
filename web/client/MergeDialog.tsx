/** Two clients turn out to be one: find the other, look at them, make them one. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { ClientBrief, FoundClient } from '../../shared/schemas/client.ts';
import { call } from '../connection/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { useFocusOnce } from '../ui/useFocusOnce.ts';
import styles from './ClientDialogs.module.css';
import { storeClient } from './clientCache.ts';
import { FindClient } from './FindClient.tsx';
import { FoundClientCard } from './FoundClientCard.tsx';
import { useOneAtATime } from './useOneAtATime.ts';

export interface MergeDialogProps {
  client: ClientBrief;
  onClose: () => void;
  onDone: () => void;
}

export function MergeDialog({ client, onClose, onDone }: MergeDialogProps) {
  const { t } = useTranslation();
  const [other, setOther] = useState<FoundClient | null>(null);
  return (
    <Dialog title={t('client.merge')} onClose={onClose}>
      {other === null ? (
        <FindClient exceptId={client.id} onFound={setOther} onClose={onClose} />
      ) : (
        <ConfirmMerge client={client} other={other} onBack={() => setOther(null)} onDone={onDone} />
      )}
    </Dialog>
  );
}

interface ConfirmMergeProps {
  client: ClientBrief;
  other: FoundClient;
  onBack: () => void;
  onDone: () => void;
}

function ConfirmMerge({ client, other, onBack, onDone }: ConfirmMergeProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const { isBusy, problem, run } = useOneAtATime();
  const mergeRef = useFocusOnce<HTMLElement>();
  const merge = () =>
    run(async () => {
      const answer = await call('mergeClients', {
        params: { clientId: client.id },
        body: { otherClientId: other.id },
      });
      storeClient(queries, answer.client);
      notices.show(t('client.merge.done'), 'done');
      onDone();
    });
  return (
    <>
      <FoundClientCard found={other} />
      <p className={styles.about}>{t('client.merge.what', { from: other.name, into: client.name })}</p>
      {problem && <Problem words={t('actions.failed', { reason: problem })} />}
      <div className={styles.buttons}>
        <Button size="l" loading={isBusy} getRootRef={mergeRef} onClick={() => void merge()}>
          {t('client.merge.do')}
        </Button>
        <Button size="l" mode="secondary" disabled={isBusy} onClick={onBack}>
          {t('common.back')}
        </Button>
      </div>
    </>
  );
}
