/** For supervisors: samples of resolved cases to review, and average marks by person and week. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, FormItem, Input, Skeleton } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { type QualityReport, qualityLimits, type SampleView } from '../../shared/schemas/quality.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import {
  call,
  criteriaQuery,
  qualityReportQuery,
  samplesQuery,
  storeSample,
} from '../quality/qualityData.ts';
import { averageText } from '../quality/ReviewCard.tsx';
import { Failed } from '../ui/Failed.tsx';
import { shortDate } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import { ReportFilters } from './ReportFilters.tsx';
import styles from './ReportsPage.module.css';
import { ReportTable } from './ReportTable.tsx';
import { ReportTabs } from './ReportTabs.tsx';
import { type RatingParams, toReportQuery } from './reportParams.ts';

const route = getRouteApi('/desk/quality');
const USUAL_SIZE = 10;

export function QualityPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('quality.title')} isWide isAllowed={me.role !== 'agent'}>
      <ReportTabs params={route.useSearch()} />
      <Content />
    </Page>
  );
}

function Content() {
  const params = route.useSearch();
  const query = toReportQuery(params);
  return (
    <div className={styles.report}>
      <ReportFilters page="/quality" params={params} query={query} />
      <DrawForm params={params} />
      <Samples />
      <Averages params={params} />
    </div>
  );
}

/** The sample is of the period, community and person that are chosen above. */
function DrawForm({ params }: { params: RatingParams }) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { isSaving, problem, save } = useSaving();
  const [size, setSize] = useState(String(USUAL_SIZE));
  const [label, setLabel] = useState('');
  const count = Number(size);
  const isCount = Number.isInteger(count) && count >= 1 && count <= qualityLimits.sampleSize;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void save(async () => {
      const { from, to, communityId, personId } = toReportQuery(params);
      const sample = await call('drawSample', {
        body: {
          from,
          to,
          size: count,
          ...(communityId === undefined ? {} : { communityId }),
          ...(personId === undefined ? {} : { personId }),
          ...(label.trim() === '' ? {} : { label: label.trim() }),
        },
      });
      storeSample(queries, sample);
      await navigate({ to: '/quality/$sampleId', params: { sampleId: sample.id } });
    });
  };
  return (
    <form className={styles.card} onSubmit={onSubmit} aria-label={t('quality.draw')}>
      <div className={styles.filters}>
        <FormItem noPadding top={t('quality.size')} htmlFor={`${id}-size`}>
          <Input
            id={`${id}-size`}
            type="number"
            min={1}
            max={qualityLimits.sampleSize}
            required
            value={size}
            onChange={(event) => setSize(event.target.value)}
          />
        </FormItem>
        <FormItem noPadding top={t('quality.label')} htmlFor={`${id}-label`}>
          <Input
            id={`${id}-label`}
            maxLength={limits.labelChars}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
        </FormItem>
        <Button type="submit" size="l" loading={isSaving} disabled={!isCount}>
          {t('quality.draw')}
        </Button>
      </div>
      <p className={styles.faint}>{t('quality.drawHint')}</p>
      {problem && <p role="alert">{t('actions.failed', { reason: problem })}</p>}
    </form>
  );
}

function Samples() {
  const { t } = useTranslation();
  const id = useId();
  const { data, error, refetch } = useQuery(samplesQuery);
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h2 className={styles.heading} id={id}>
        {t('quality.samples')}
      </h2>
      {!data && error && <Failed title={t('quality.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={80} borderRadius={12} aria-label={t('common.loading')} />}
      {data?.length === 0 && <p className={styles.faint}>{t('quality.noSamples')}</p>}
      <ul className={styles.lines}>
        {data?.map((sample) => (
          <li key={sample.id} className={styles.sample}>
            <SampleLine sample={sample} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SampleLine({ sample }: { sample: SampleView }) {
  const { t } = useTranslation();
  const about = useSampleText(sample);
  return (
    <>
      <Link to="/quality/$sampleId" params={{ sampleId: sample.id }} className={styles.sampleLink}>
        {about}
      </Link>
      <span className={styles.faint}>
        {' '}
        {t('quality.progress', { reviewed: sample.reviewed, cases: sample.cases })}
      </span>
    </>
  );
}

/** The period, and what else the sample was limited by. */
export function useSampleText({ from, to, communityId, personId, label }: SampleView): string {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities, people } = useDeskData();
  const day = (date: string) => shortDate(`${date}T12:00:00`, locale);
  return [
    from === to ? day(from) : `${day(from)} – ${day(to)}`,
    communityId && communities.find(({ id }) => id === communityId)?.name,
    personId &&
      (people.find(({ id }) => id === personId)?.name ??
        t('reports.formerPerson', { id: personId.slice(-6) })),
    label && t('reports.only.label', { name: label }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function Averages({ params }: { params: RatingParams }) {
  const { t } = useTranslation();
  const { from, to, communityId, personId } = toReportQuery(params);
  const { data, error, refetch } = useQuery(
    qualityReportQuery({
      from,
      to,
      ...(communityId === undefined ? {} : { communityId }),
      ...(personId === undefined ? {} : { personId }),
    }),
  );
  if (!data)
    return error ? (
      <Failed title={t('reports.failed')} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={160} borderRadius={12} aria-label={t('common.loading')} />
    );
  return <AverageTables report={data} />;
}

function AverageTables({ report }: { report: QualityReport }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { people } = useDeskData();
  const { data: criteria = [] } = useQuery(criteriaQuery);
  const text = (average: number | null | undefined) =>
    average === null || average === undefined ? '–' : averageText(average, locale);
  const nameOf = (personId: string) =>
    people.find(({ id }) => id === personId)?.name ?? t('reports.formerPerson', { id: personId.slice(-6) });
  const marked = criteria.filter(({ id }) =>
    report.people.some((person) => person.criteria.some(({ criterionId }) => criterionId === id)),
  );
  return (
    <>
      <dl className={styles.tiles}>
        <div>
          <dt>{t('quality.reviews')}</dt>
          <dd className={styles.number}>{report.reviews.toLocaleString(locale)}</dd>
          <dd className={styles.faint}>
            {t('reports.before', { value: report.before.reviews.toLocaleString(locale) })}
          </dd>
        </div>
        <div>
          <dt>{t('quality.average')}</dt>
          <dd className={styles.number}>{text(report.average)}</dd>
          <dd className={styles.faint}>{t('reports.before', { value: text(report.before.average) })}</dd>
        </div>
      </dl>
      <ReportTable
        title={t('quality.byPerson')}
        fileName="quality.csv"
        columns={[
          t('reports.person'),
          t('quality.reviews'),
          t('quality.average'),
          ...marked.map(({ name }) => name),
        ]}
        rows={report.people.map(({ personId, reviews, average, criteria: own }) => ({
          key: personId,
          head: <bdi>{nameOf(personId)}</bdi>,
          headText: nameOf(personId),
          cells: [
            reviews.toLocaleString(locale),
            text(average),
            ...marked.map(({ id }) => text(own.find(({ criterionId }) => criterionId === id)?.average)),
          ],
        }))}
      />
      <ReportTable
        title={t('quality.trend')}
        fileName="quality-weeks.csv"
        columns={[t('reports.person'), ...report.weeks.map((week) => shortDate(`${week}T12:00:00`, locale))]}
        rows={report.people.map(({ personId, trend }) => ({
          key: personId,
          head: (
            <span className={styles.trendHead}>
              <bdi>{nameOf(personId)}</bdi> <Trend averages={trend} />
            </span>
          ),
          headText: nameOf(personId),
          cells: trend.map(text),
        }))}
      />
    </>
  );
}

/** A small line of the averages by week; the table beside it has the numbers. */
function Trend({ averages }: { averages: readonly (number | null)[] }) {
  const points = averages.flatMap((average, at) =>
    average === null
      ? []
      : [[4 + (at * 72) / Math.max(1, averages.length - 1), 18 - (average - 1) * 4] as const],
  );
  return (
    <svg className={styles.trend} viewBox="0 0 80 20" aria-hidden>
      <polyline points={points.map((point) => point.join(',')).join(' ')} />
      {points.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r={1.6} />
      ))}
    </svg>
  );
}
