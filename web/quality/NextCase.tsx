/** How far the reader has come with a sample, and the way to its next case. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Quality.module.css';
import { sampleQuery } from './qualityData.ts';

export function NextCase({ sampleId }: { sampleId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(sampleQuery(sampleId));
  if (!data) return null;
  const next = data.list.find(({ average, isErased }) => average === null && !isErased);
  return (
    <p className={styles.next}>
      <Link to="/quality/$sampleId" params={{ sampleId }}>
        {t('quality.progress', { reviewed: data.reviewed, cases: data.cases })}
      </Link>
      {next && (
        <Link
          to="/conversations/$conversationId"
          params={{ conversationId: next.conversationId }}
          search={{ review: next.seq, sample: sampleId }}
          hash={next.firstMessageId ?? ''}
        >
          {t('quality.next')}
        </Link>
      )}
    </p>
  );
}
