/** The actions that a campaign's state allows: start now or later, pause, resume, cancel. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { CampaignAction, CampaignView } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './CampaignPage.module.css';
import { call, campaignQuery, storeCampaign } from './campaignsData.ts';
import { StartForm } from './StartForm.tsx';

export function StateButtons({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const messageOf = useErrorMessages();
  const [isMoving, setMoving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { state } = campaign;
  const move = async (body: CampaignAction) => {
    if (isMoving) return;
    setAsking(false);
    setProblem(null);
    setMoving(true);
    try {
      storeCampaign(queries, await call('moveMailing', { params: { mailingId: campaign.id }, body }));
    } catch (error) {
      setProblem(messageOf(error));
      // Another person may have changed the state meanwhile: the new state explains more than the refusal.
      await queries.invalidateQueries({ queryKey: campaignQuery(campaign.id).queryKey });
    } finally {
      setMoving(false);
    }
  };
  const isOver = state === 'done' || state === 'cancelled' || state === 'cancelling';
  if (isOver && problem === null) return null;
  const isSending = state === 'running' || state === 'paused' || campaign.taken.rows > 0;
  return (
    <>
      {problem && <Problem message={problem} />}
      {state === 'ready' && campaign.checked.fit > 0 && (
        <StartForm fit={campaign.checked.fit} isMoving={isMoving} onStart={(start) => void move(start)} />
      )}
      {!isOver && (
        <div className={styles.row}>
          {(state === 'running' || state === 'scheduled') && (
            <Button size="l" mode="secondary" loading={isMoving} onClick={() => void move({ move: 'pause' })}>
              {t('mailings.pause')}
            </Button>
          )}
          {(state === 'paused' || state === 'failed') && (
            <Button size="l" loading={isMoving} onClick={() => void move({ move: 'resume' })}>
              {t('mailings.resume')}
            </Button>
          )}
          <Button size="l" mode="tertiary" appearance="negative" onClick={() => setAsking(true)}>
            {t('mailings.cancel')}
          </Button>
        </div>
      )}
      {isAsking && (
        <Dialog title={t('mailings.cancel.title')} onClose={() => setAsking(false)}>
          <p>{t(isSending ? 'mailings.cancel.during' : 'mailings.cancel.before')}</p>
          <div className={styles.row}>
            <Button size="l" mode="secondary" onClick={() => setAsking(false)}>
              {t('mailings.cancel.keep')}
            </Button>
            <Button size="l" appearance="negative" onClick={() => void move({ move: 'cancel' })}>
              {t('mailings.cancel.sure')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
