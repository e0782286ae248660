/** For supervisors: who waits longer than the target allows, and who waited too long before. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { BreachRow } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { momentNear } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { PagedLines } from '../ui/PagedLines.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ReportsPage.module.css';
import { ReportTabs } from './ReportTabs.tsx';
import { breachesQuery } from './reportsData.ts';

const route = getRouteApi('/desk/breaches');
const states = ['open', 'over'] as const;

export function BreachesPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <Page title={t('reports.breaches')} isAllowed={me.role !== 'agent'}>
      <ReportTabs />
      <Content />
    </Page>
  );
}

function Content() {
  const { t } = useTranslation();
  const params = route.useSearch();
  const { state = 'open' } = params;
  const query = useInfiniteQuery(breachesQuery(params));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <nav className={styles.tabs} aria-label={t('breaches.states')}>
        {states.map((each) => (
          <Link
            key={each}
            to="/breaches"
            search={{ ...params, state: each === 'open' ? undefined : each }}
            className={styles.tab}
            data-shown={each === state}
            aria-current={each === state ? 'page' : undefined}
            // Without it the list of those who wait now is marked on both pages.
            activeOptions={{ exact: true }}
            activeProps={{}}
          >
            {t(`breaches.${each}`)}
          </Link>
        ))}
      </nav>
      <PagedLines
        query={query}
        classes={{ list: styles.lines, faint: styles.faint }}
        labels={{
          failed: t('breaches.failed'),
          empty: t(`breaches.empty.${state}`),
          more: t('breaches.more'),
        }}
      >
        {rows.map((row) => (
          <BreachLine key={row.id} row={row} />
        ))}
      </PagedLines>
    </>
  );
}

function BreachLine({ row }: { row: BreachRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities, people } = useDeskData();
  const nameOf = (personId: string | null) => people.find((person) => person.id === personId)?.name;
  const moment = (iso: string) => momentNear(iso, now, locale);
  const facts = [
    communities.length > 1 && communities.find((community) => community.id === row.communityId)?.name,
    nameOf(row.assigneeId) ?? t('breaches.noAssignee'),
  ].filter(Boolean);
  return (
    <li className={styles.line}>
      <Link to="/conversations/$conversationId" params={{ conversationId: row.conversationId }} search={{}}>
        <bdi>{row.isErased ? t('client.erased') : row.clientName}</bdi>
      </Link>
      <span className={styles.faint}> · {facts.join(' · ')}</span>
      {row.breaches.map(({ kind, since, dueAt, endedAt, personId }) => (
        <div key={`${kind} ${since}`} className={styles.breach}>
          {endedAt === null
            ? t(`breaches.isLate.${kind}`, { due: moment(dueAt), since: moment(since) })
            : t(`breaches.wasLate.${kind}`, {
                due: moment(dueAt),
                at: moment(endedAt),
                since: moment(since),
              })}
          {personId !== null &&
            ` (${nameOf(personId) ?? t('reports.formerPerson', { id: personId.slice(-6) })})`}
        </div>
      ))}
    </li>
  );
}
