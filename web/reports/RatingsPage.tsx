/** For supervisors: which marks clients gave after resolutions, to whom, and what they wrote to them. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Skeleton } from '@vkontakte/vkui';
import type { Report, ReportRow } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { FigureTiles } from './FigureTiles.tsx';
import { figureText } from './figureText.ts';
import { MarkSpread } from './MarkSpread.tsx';
import { RatingLines } from './RatingLines.tsx';
import { ReportFilters } from './ReportFilters.tsx';
import styles from './ReportsPage.module.css';
import { ReportTable } from './ReportTable.tsx';
import { ReportTabs } from './ReportTabs.tsx';
import { type RatingParams, toReportQuery } from './reportParams.ts';
import { reportQuery } from './reportsData.ts';

const route = getRouteApi('/desk/ratings');
const tiles = ['markAverage', 'asked', 'ratedShare'] as const;

export function RatingsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('reports.ratings')} isWide isAllowed={me.role !== 'agent'}>
      <ReportTabs params={route.useSearch()} />
      <Content />
    </Page>
  );
}

function Content() {
  const { t } = useTranslation();
  const params = route.useSearch();
  const query = toReportQuery(params);
  const { data, error, refetch, isFetching } = useQuery(reportQuery(query));
  return (
    <>
      <ReportFilters page="/ratings" params={params} query={query} />
      {!data && error && <Failed title={t('reports.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <div className={styles.report} aria-busy={isFetching}>
          <Shown report={data} params={params} />
          <RatingLines query={query} />
        </div>
      )}
    </>
  );
}

function Shown({ report, params }: { report: Report; params: RatingParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <p className={styles.faint}>
        {t('ratings.about')}{' '}
        {report.countedAt && t('reports.countedAt', { time: fullTime(report.countedAt, locale) })}
        {report.isCounting && ` ${t('reports.isCounting')}`}
      </p>
      <FigureTiles report={report} names={tiles} />
      {report.figures.asked === 0 ? (
        <p className={styles.faint}>{t('ratings.howToAsk')}</p>
      ) : (
        <>
          <MarkSpread marks={report.figures.marks} />
          <Tables report={report} params={params} />
        </>
      )}
    </>
  );
}

function Tables({ report, params }: { report: Report; params: RatingParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities, people } = useDeskData();
  // One shop often has the same name in both networks.
  const communityName = (id: string) => {
    const known = communities.find((community) => community.id === id);
    if (!known) return id.slice(-6);
    return t('list.community.option', { name: known.name, network: t(`network.${known.network}`) });
  };
  const personName = (id: string) =>
    people.find((person) => person.id === id)?.name ?? t('reports.formerPerson', { id: id.slice(-6) });
  const table = (
    subject: 'community' | 'person' | 'label',
    rows: readonly ReportRow[],
    nameOf: (key: string) => string,
  ) => (
    <ReportTable
      title={t(`reports.by.${subject}`)}
      fileName={`ratings-${subject}.csv`}
      columns={[
        t(`reports.${subject}`),
        t('reports.figure.markAverage'),
        t('reports.figure.asked'),
        t('ratings.rated'),
        t('reports.figure.ratedShare'),
        ...report.figures.marks.map((_, at) => t('ratings.marked', { mark: at + 1 })),
      ]}
      rows={rows
        .filter(({ asked }) => asked > 0)
        .map((row) => ({
          key: row.key,
          head: (
            <RowLink params={params} subject={subject} row={row}>
              {nameOf(row.key)}
            </RowLink>
          ),
          headText: nameOf(row.key),
          cells: [
            figureText(row, 'markAverage', locale),
            figureText(row, 'asked', locale),
            row.rated.toLocaleString(locale),
            figureText(row, 'ratedShare', locale),
            ...row.marks.map((count) => count.toLocaleString(locale)),
          ],
        }))}
    />
  );
  return (
    <>
      {communities.length > 1 && table('community', report.communities, communityName)}
      {params.person === undefined && table('person', report.people, personName)}
      {params.person === undefined && table('label', report.labels, (label) => label)}
    </>
  );
}

interface RowLinkProps {
  params: RatingParams;
  subject: 'community' | 'person' | 'label';
  row: ReportRow;
  children: string;
}

/** The list of marks is not kept by label: a label leads to its report. */
function RowLink({ params, subject, row: { key }, children }: RowLinkProps) {
  const name = <bdi>{children}</bdi>;
  if (subject === 'label')
    return (
      <Link to="/reports" search={{ ...params, label: key }}>
        {name}
      </Link>
    );
  return (
    <Link to="/ratings" search={{ ...params, [subject]: key }}>
      {name}
    </Link>
  );
}
