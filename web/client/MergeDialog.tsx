/** Merges two clients who are one person: find the other, compare, confirm. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { useId, useState } from 'react';
import type { ClientView, FoundClient } from '../../shared/schemas/client.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { useFocusOnce } from '../ui/useFocusOnce.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import styles from './ClientDialogs.module.css';
import { storeClient } from './clientCache.ts';
import { FindClient } from './FindClient.tsx';
import { FoundClientCard } from './FoundClientCard.tsx';

export interface MergeDialogProps {
  client: ClientView;
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
  client: ClientView;
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
  const haveBoth = client.phone !== null && other.phone !== null;
  const [keptPhone, setKeptPhone] = useState<'own' | 'other'>('own');
  const merge = () =>
    run(async () => {
      const answer = await call('mergeClients', {
        params: { clientId: client.id },
        body: { otherClientId: other.id, ...(haveBoth && { phone: keptPhone }) },
      });
      storeClient(queries, answer.client);
      notices.show(t('client.merge.done'), 'done');
      onDone();
    });
  return (
    <>
      <FoundClientCard found={other} />
      <p className={styles.about}>
        {t(haveBoth ? 'client.merge.whatBoth' : 'client.merge.what', { from: other.name, into: client.name })}
      </p>
      {haveBoth && (
        <KeptPhone
          phones={{ own: client.phone ?? '', other: other.phone ?? '' }}
          kept={keptPhone}
          onChoose={setKeptPhone}
        />
      )}
      {problem && <Problem message={t('actions.failed', { reason: problem })} />}
      <div className={styles.buttons}>
        <Button
          size="l"
          loading={isBusy}
          {...(!haveBoth && { getRootRef: mergeRef })}
          onClick={() => void merge()}
        >
          {t('client.merge.do')}
        </Button>
        <Button size="l" mode="secondary" disabled={isBusy} onClick={onBack}>
          {t('common.back')}
        </Button>
      </div>
    </>
  );
}

interface KeptPhoneProps {
  /** Masked for agents. */
  phones: { own: string; other: string };
  kept: 'own' | 'other';
  onChoose: (kept: 'own' | 'other') => void;
}

/** A client has one phone. */
function KeptPhone({ phones, kept, onChoose }: KeptPhoneProps) {
  const { t } = useTranslation();
  const id = useId();
  const firstRef = useFocusOnce<HTMLInputElement>();
  return (
    <>
      <fieldset className={styles.choices} aria-describedby={`${id}-after`}>
        <legend className={styles.question}>{t('client.merge.whichPhone')}</legend>
        {(['own', 'other'] as const).map((each) => (
          <label key={each} className={styles.choice}>
            <input
              type="radio"
              ref={each === 'own' ? firstRef : undefined}
              name={`${id}-phone`}
              checked={kept === each}
              onChange={() => onChoose(each)}
            />
            <bdi>{phones[each]}</bdi>
          </label>
        ))}
      </fieldset>
      <p id={`${id}-after`} className={styles.after}>
        {t('client.merge.otherPhone')}
      </p>
    </>
  );
}
