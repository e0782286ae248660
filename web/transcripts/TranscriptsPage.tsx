/** A person's transcripts: what is being made and how far it is, what is ready, and what went wrong. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { Page } from '../ui/Page.tsx';
import { TranscriptItem } from './TranscriptItem.tsx';
import styles from './Transcripts.module.css';
import { transcriptsQuery } from './transcriptsData.ts';

export function TranscriptsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('transcripts.title')} isAllowed={me.role !== 'agent'}>
      <TranscriptList />
    </Page>
  );
}

function TranscriptList() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(transcriptsQuery);
  if (!data && error)
    return <Failed title={t('transcripts.failed')} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />;
  return (
    <>
      <p className={styles.faint}>{t('transcripts.about')}</p>
      {data.transcripts.length === 0 && <p className={styles.plain}>{t('transcripts.empty')}</p>}
      <ul className={styles.list}>
        {data.transcripts.map((transcript) => (
          <TranscriptItem key={transcript.id} transcript={transcript} />
        ))}
      </ul>
    </>
  );
}
