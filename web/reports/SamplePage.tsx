/** One sample: its cases, which of them are reviewed, and the way into each. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Skeleton } from '@vkontakte/vkui';
import { qualityLimits, type Sample, type SampleCase } from '../../shared/schemas/quality.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { call, sampleQuery, storeSample } from '../quality/qualityData.ts';
import { averageText } from '../quality/ReviewCard.tsx';
import { Failed } from '../ui/Failed.tsx';
import { fullTime, momentNear } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import { useSampleText } from './QualityPage.tsx';
import styles from './ReportsPage.module.css';
import { ReportTabs } from './ReportTabs.tsx';

const route = getRouteApi('/desk/quality/$sampleId');
const MORE = 5;

export function SamplePage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('quality.sample')} isWide isAllowed={me.role !== 'agent'}>
      <ReportTabs />
      <Content />
    </Page>
  );
}

function Content() {
  const { t } = useTranslation();
  const { sampleId } = route.useParams();
  const { data, error, refetch } = useQuery(sampleQuery(sampleId));
  if (!data)
    return error ? (
      <Failed title={t('quality.failed')} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />
    );
  return <Cases sample={data} />;
}

function Cases({ sample }: { sample: Sample }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const about = useSampleText(sample);
  const more = () =>
    void save(async () => {
      const { id: sampleId } = sample;
      storeSample(queries, await call('drawMore', { params: { sampleId }, body: { size: MORE } }));
    });
  return (
    <>
      <p>
        {about} · <strong>{t('quality.progress', { reviewed: sample.reviewed, cases: sample.cases })}</strong>
      </p>
      {sample.isCut && (
        <p className={styles.faint}>{t('quality.isCut', { count: qualityLimits.candidates })}</p>
      )}
      {sample.list.length === 0 && <p className={styles.faint}>{t('quality.emptySample')}</p>}
      <ol className={styles.lines}>
        {sample.list.map((each) => (
          <CaseLine key={`${each.conversationId} ${each.seq}`} each={each} sampleId={sample.id} />
        ))}
      </ol>
      {problem && <p role="alert">{t('actions.failed', { reason: problem })}</p>}
      {sample.list.length > 0 && sample.cases < qualityLimits.sampleSizeMost && (
        <Button mode="secondary" loading={isSaving} onClick={more}>
          {t('quality.drawMore', { count: MORE })}
        </Button>
      )}
    </>
  );
}

function CaseLine({ each, sampleId }: { each: SampleCase; sampleId: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities, people } = useDeskData();
  const person =
    people.find(({ id }) => id === each.personId)?.name ??
    t('reports.formerPerson', { id: each.personId.slice(-6) });
  const community = communities.length > 1 && communities.find(({ id }) => id === each.communityId)?.name;
  return (
    <li className={styles.line}>
      {each.isErased ? (
        t('client.erased')
      ) : (
        <Link
          to="/conversations/$conversationId"
          params={{ conversationId: each.conversationId }}
          search={{ review: each.seq, sample: sampleId }}
          hash={each.firstMessageId ?? ''}
        >
          <bdi>{each.clientName}</bdi>
        </Link>
      )}
      <span className={styles.faint}>
        {' · '}
        {[community, t('quality.resolvedBy', { person })].filter(Boolean).join(' · ')}
        {' · '}
        <time dateTime={each.resolvedAt} title={fullTime(each.resolvedAt, locale)}>
          {momentNear(each.resolvedAt, now, locale)}
        </time>
        {' · '}
        {each.average === null
          ? t('quality.notReviewed')
          : t('quality.reviewed', { average: averageText(each.average, locale) })}
      </span>
    </li>
  );
}
