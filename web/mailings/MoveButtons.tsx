/** What can be done with a list from where it is: start now or at a time, pause, resume, cancel. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailingMove, MailingView } from '../../shared/schemas/mailing.ts';
import { call } from '../connection/call.ts';
import { useSaving } from '../settings/useSaving.ts';
import { Problem } from '../ui/Problem.tsx';
import styles from './MailingPage.module.css';
import { storeMailing } from './mailingsData.ts';

export function MoveButtons({ mailing }: { mailing: MailingView }) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [startAt, setStartAt] = useState('');
  const [isSure, setSure] = useState(false);
  const { state } = mailing;
  const move = (body: MailingMove) =>
    void save(async () => {
      storeMailing(queries, await call('moveMailing', { params: { mailingId: mailing.id }, body }));
      setSure(false);
    });
  const isOver = state === 'done' || state === 'cancelled' || state === 'cancelling';
  if (isOver) return null;
  return (
    <>
      {problem && <Problem words={problem} />}
      <div className={styles.row}>
        {state === 'ready' && mailing.checked.fit > 0 && (
          <>
            <FormItem noPadding top={t('mailings.startAt')} htmlFor={`${id}-at`}>
              <Input
                id={`${id}-at`}
                type="datetime-local"
                value={startAt}
                onChange={(event) => setStartAt(event.target.value)}
              />
            </FormItem>
            <Button
              size="l"
              loading={isSaving}
              onClick={() =>
                move({
                  move: 'start',
                  ...(startAt === '' ? {} : { startAt: new Date(startAt).toISOString() }),
                })
              }
            >
              {t(startAt === '' ? 'mailings.start' : 'mailings.startLater')}
            </Button>
          </>
        )}
        {(state === 'running' || state === 'scheduled') && (
          <Button size="l" mode="secondary" loading={isSaving} onClick={() => move({ move: 'pause' })}>
            {t('mailings.pause')}
          </Button>
        )}
        {state === 'paused' && (
          <Button size="l" loading={isSaving} onClick={() => move({ move: 'resume' })}>
            {t('mailings.resume')}
          </Button>
        )}
        <Button
          size="l"
          mode="tertiary"
          appearance="negative"
          loading={isSaving}
          onClick={() => (isSure ? move({ move: 'cancel' }) : setSure(true))}
        >
          {t(isSure ? 'mailings.cancel.sure' : 'mailings.cancel')}
        </Button>
      </div>
    </>
  );
}
