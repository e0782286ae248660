/** For supervisors: how much was written, how fast it was answered, and by whom. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Skeleton } from '@vkontakte/vkui';
import type { Report } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { DaysChart } from './DaysChart.tsx';
import { FigureTiles } from './FigureTiles.tsx';
import { figureNames, figuresOf } from './figureText.ts';
import { ReportFilters } from './ReportFilters.tsx';
import styles from './ReportsPage.module.css';
import { ReportTables } from './ReportTables.tsx';
import { ReportTabs } from './ReportTabs.tsx';
import { type ReportParams, toReportQuery } from './reportParams.ts';
import { reportQuery } from './reportsData.ts';
import { WeekTable } from './WeekTable.tsx';

const route = getRouteApi('/desk/reports');

export function ReportsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('reports.title')} isWide isAllowed={me.role !== 'agent'}>
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
      <ReportFilters page="/reports" params={params} query={query} />
      {!data && error && <Failed title={t('reports.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <div className={styles.report} aria-busy={isFetching}>
          <Shown report={data} params={params} />
        </div>
      )}
    </>
  );
}

function subjectOf({ person, label, template }: ReportParams): keyof typeof figuresOf {
  if (person !== undefined) return 'person';
  if (label !== undefined) return 'label';
  return template === undefined ? 'all' : 'template';
}

function Shown({ report, params }: { report: Report; params: ReportParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const subject = subjectOf(params);
  const shown: readonly string[] = figuresOf[subject];
  // Most communities ask for no mark: two dashes would say nothing.
  const isRated = report.figures.asked + report.before.asked > 0;
  const names = figureNames.filter(
    (name) => shown.includes(name) && (isRated || (name !== 'markAverage' && name !== 'ratedShare')),
  );
  return (
    <>
      <p className={styles.faint}>
        {t('reports.about', { zone: report.timeZone })}{' '}
        {report.countedAt && t('reports.countedAt', { time: fullTime(report.countedAt, locale) })}
        {report.isCounting && ` ${t('reports.isCounting')}`}
      </p>
      <FigureTiles report={report} names={names} />
      {subject !== 'template' && <DaysChart days={report.days} isOfPerson={subject === 'person'} />}
      <WeekTable title={t(`reports.week.${subject}`)} hours={report.hours} />
      {subject === 'all' && <ReportTables report={report} params={params} />}
    </>
  );
}
