/** One transcript: its state and progress, and what can be done with it. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { TranscriptView } from '../../shared/schemas/transcript.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize, fullTime, momentNear } from '../ui/formatTime.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './Transcripts.module.css';
import { call, transcriptsQuery } from './transcriptsData.ts';

export function TranscriptItem({ transcript }: { transcript: TranscriptView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { scope, clientName, format, state, reason, requestedAt, sizeBytes, expiresAt } = transcript;
  const name =
    scope === 'conversation' ? (clientName ?? t('transcripts.gone')) : t(`transcripts.scope.${scope}`);
  return (
    <li className={styles.item} data-state={state}>
      <header className={styles.head}>
        <bdi className={styles.name}>{name}</bdi>
        <span>{format.toUpperCase()}</span>
        <time dateTime={requestedAt} title={fullTime(requestedAt, locale)}>
          {momentNear(requestedAt, now, locale)}
        </time>
      </header>
      <p className={styles.plain} role="status">
        {t(`transcripts.state.${state}`)}
        {reason && `. ${t(`transcripts.reason.${reason}`)}`}
        {state === 'done' && (
          <>
            {`, ${t('transcripts.messages', { count: transcript.messages })}`}
            {sizeBytes !== null && `, ${fileSize(sizeBytes, locale)}`}
          </>
        )}
      </p>
      {(state === 'running' || state === 'queued') && <Progress transcript={transcript} />}
      {state === 'done' && expiresAt && (
        <p className={styles.faint}>{t('transcripts.until', { time: momentNear(expiresAt, now, locale) })}</p>
      )}
      <Actions transcript={transcript} />
    </li>
  );
}

function Progress({ transcript: { messages, ofMessages } }: { transcript: TranscriptView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = (value: number) => value.toLocaleString(locale);
  const text =
    ofMessages === null
      ? t('transcripts.messages', { count: messages })
      : t('transcripts.of', { done: number(Math.min(messages, ofMessages)), all: number(ofMessages) });
  return (
    <>
      <progress
        className={styles.progress}
        aria-label={t('transcripts.progress')}
        {...(ofMessages === null
          ? {}
          : { max: Math.max(1, ofMessages), value: Math.min(messages, ofMessages) })}
      />
      <p className={styles.faint}>{text}</p>
    </>
  );
}

function Actions({ transcript: { id, state } }: { transcript: TranscriptView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isBusy, setIsBusy] = useState(false);
  const run = async (action: 'restartTranscript' | 'deleteTranscript') => {
    setIsBusy(true);
    try {
      await call(action, { params: { transcriptId: id } });
    } catch (error) {
      notices.show(t('transcripts.actionFailed', { reason: messageOf(error) }));
    }
    await queries.invalidateQueries({ queryKey: transcriptsQuery.queryKey });
    setIsBusy(false);
  };
  const isUnderWay = state === 'queued' || state === 'running';
  return (
    <div className={styles.actions}>
      {state === 'done' && (
        <Button Component="a" href={`/media/transcripts/${id}`} download size="m">
          {t('transcripts.download')}
        </Button>
      )}
      {(state === 'failed' || state === 'stopped') && (
        <Button size="m" loading={isBusy} onClick={() => void run('restartTranscript')}>
          {t('transcripts.again')}
        </Button>
      )}
      <Button size="m" mode="secondary" loading={isBusy} onClick={() => void run('deleteTranscript')}>
        {t(isUnderWay ? 'transcripts.cancel' : 'transcripts.delete')}
      </Button>
    </div>
  );
}
