/** The search over conversations and clients: one box, filters below, and what was found. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Icon28SearchOutline } from '@vkontakte/icons';
import { Placeholder, Search, Skeleton } from '@vkontakte/vkui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type SearchAnswer, searchLimits } from '../../shared/schemas/search.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { MoreButton } from '../ui/MoreButton.tsx';
import { Page } from '../ui/Page.tsx';
import { SearchFilters } from './SearchFilters.tsx';
import { FoundClients, FoundMessages } from './SearchHits.tsx';
import styles from './SearchPage.module.css';
import { SearchTranscript } from './SearchTranscript.tsx';
import { searchResults } from './searchData.ts';
import { isAsked, type SearchParams } from './searchParams.ts';

const route = getRouteApi('/desk/search');
const TYPING_MS = 250;

export function SearchPage() {
  const { t } = useTranslation();
  const params = route.useSearch();
  return (
    <Page title={t('search.title')} isAllowed actions={<SearchTranscript params={params} />}>
      <SearchBox params={params} />
      <SearchFilters params={params} />
      {isAsked(params) ? <Results params={params} /> : <Hints />}
    </Page>
  );
}

/** Searches a moment after the last key. */
function SearchBox({ params }: { params: SearchParams }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(params.text ?? '');
  const latest = useRef(params);
  useEffect(() => {
    latest.current = params;
  });
  useEffect(() => {
    if (typed === (latest.current.text ?? '')) return;
    const timer = setTimeout(
      () =>
        void navigate({
          to: '/search',
          search: { ...latest.current, text: typed || undefined } as SearchParams,
          replace: true,
        }),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, navigate]);
  const toResults = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    document.querySelector<HTMLElement>(`.${styles.hit}, .${styles.client}`)?.focus();
  };
  return (
    <Search
      className={styles.box}
      autoFocus
      noPadding
      value={typed}
      maxLength={searchLimits.textChars}
      placeholder={t('search.placeholder')}
      slotProps={{ input: { 'aria-label': t('search.title') } }}
      onChange={({ target }) => setTyped(target.value)}
      onKeyDown={toResults}
    />
  );
}

function Results({ params }: { params: SearchParams }) {
  const { t } = useTranslation();
  const results = useInfiniteQuery({ ...searchResults(params), placeholderData: keepPreviousData });
  const { data, error, refetch } = results;
  if (error && !data)
    return <Failed title={t('search.failed')} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />;
  const hits = data.pages.flatMap((page) => page.hits);
  const [first] = data.pages;
  const { clients } = first!;
  const isCut = data.pages.at(-1)!.isCut;
  const isNothing = hits.length === 0 && clients.length === 0 && !isCut;
  return (
    <div className={styles.results} data-old={results.isPlaceholderData}>
      <p role="status" className={styles.status}>
        {first!.index.builtThreads !== null
          ? t('search.building', { count: first!.index.builtThreads })
          : !isNothing && t('search.found', { count: hits.length + clients.length })}
      </p>
      {params.answered && <p className={styles.status}>{t('search.answered.about')}</p>}
      {isBehind(first!.index) && <p className={styles.status}>{t('search.behind')}</p>}
      {first!.suggestion && (
        <p className={styles.suggestion}>
          {t(`search.suggestion.${first!.suggestion.why}`)}{' '}
          <Link to="/search" search={{ ...params, text: first!.suggestion.text }}>
            <bdi>{first!.suggestion.text}</bdi>
          </Link>
        </p>
      )}
      {isNothing && <Placeholder title={t('search.nothing')}>{t('search.nothing.hint')}</Placeholder>}
      <FoundClients clients={clients} />
      {hits.length > 0 && <FoundMessages hits={hits} />}
      {isCut && <p className={styles.status}>{t('search.cut')}</p>}
      {results.hasNextPage && <MoreButton query={results} label={t('search.more')} />}
    </div>
  );
}

/** New messages usually come into the index within a second. */
const BEHIND_MS = 5_000;

function isBehind({ lagMs, builtThreads }: SearchAnswer['index']): boolean {
  return builtThreads === null && lagMs !== null && lagMs > BEHIND_MS;
}

function Hints() {
  const { t } = useTranslation();
  return (
    <Placeholder
      icon={<Icon28SearchOutline width={48} height={48} aria-hidden />}
      title={t('search.hint.title')}
    >
      {t('search.hint')}
    </Placeholder>
  );
}
