/** The live wall for supervisors: what waits now and who answers; in the desk, or filling the window. */
import { getRouteApi, Link } from '@tanstack/react-router';
import { Icon20FullscreenExitOutline, Icon20FullscreenOutline } from '@vkontakte/icons';
import { Button, Placeholder, Skeleton } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import type { WallView } from '../../shared/schemas/wall.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ApiError } from '../ui/apiError.ts';
import { Failed } from '../ui/Failed.tsx';
import { secondsTime } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { useScreenTitle } from '../ui/screenTitle.ts';
import { useLocale } from '../ui/useLocale.ts';
import { CommunitiesTable } from './CommunitiesTable.tsx';
import { PeopleTable } from './PeopleTable.tsx';
import { Tiles } from './Tiles.tsx';
import { useFullWall } from './useFullWall.ts';
import { useWall } from './useWall.ts';
import styles from './Wall.module.css';
import { spanMs } from './wallText.ts';

const route = getRouteApi('/desk/wall');
/** Usually they are two or three seconds behind. */
const COUNTED_LATE_MS = 15_000;

export function WallPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const isAllowed = me.role !== 'agent';
  if (isAllowed) return <OpenWall />;
  return (
    <Page title={t('wall.title')} isAllowed={false}>
      {null}
    </Page>
  );
}

function OpenWall() {
  const { t } = useTranslation();
  const { full = false } = route.useSearch();
  const { toggle } = useFullWall(full);
  // Here, so that the figures stay when the screen changes.
  const wall = useWall();
  const button = (
    <Button
      mode={full ? 'tertiary' : 'secondary'}
      size="m"
      before={full ? <Icon20FullscreenExitOutline /> : <Icon20FullscreenOutline />}
      onClick={toggle}
    >
      {t(full ? 'wall.full.leave' : 'wall.full')}
    </Button>
  );
  if (full)
    return (
      <FullWall button={button}>
        <Content wall={wall} isFull />
      </FullWall>
    );
  return (
    <Page title={t('wall.title')} actions={button} isWide isAllowed>
      <Content wall={wall} isFull={false} />
    </Page>
  );
}

function FullWall({ button, children }: { button: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  useScreenTitle(t('wall.title'));
  return (
    <main className={styles.full}>
      <header className={styles.fullHead}>
        <h1 className={styles.fullTitle}>{t('wall.title')}</h1>
        {button}
      </header>
      {children}
    </main>
  );
}

function Content({ wall, isFull }: { wall: ReturnType<typeof useWall>; isFull: boolean }) {
  const { t } = useTranslation();
  switch (wall.phase) {
    case 'loading':
    case 'slow':
      return (
        <>
          <Skeleton height={140} borderRadius={12} aria-label={t('common.loading')} />
          <p role="status" className={styles.faint}>
            {wall.phase === 'slow' && t('wall.slow')}
          </p>
        </>
      );
    case 'failed':
      return (
        <Failed
          title={t('wall.failed')}
          error={new ApiError('unreachable', 'no view of the wall came')}
          onRetry={wall.retry}
        />
      );
    case 'refused':
      return (
        <Failed title={t('wall.failed')} error={new ApiError(wall.code, 'refused')} onRetry={wall.retry} />
      );
    case 'shown':
      return <Shown view={wall.view} elapsedMs={wall.elapsedMs} isOld={wall.isOld} isFull={isFull} />;
  }
}

export interface ShownProps {
  view: WallView;
  elapsedMs: number;
  isOld: boolean;
  isFull: boolean;
}

export function Shown({ view, elapsedMs, isOld, isFull }: ShownProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { me } = useDeskData();
  const time = secondsTime(view.at, locale);
  if (view.communities.length === 0)
    return (
      <Placeholder
        title={t('wall.empty')}
        action={
          me.role === 'administrator' && <Link to="/settings/communities">{t('wall.empty.connect')}</Link>
        }
      >
        {t(me.role === 'administrator' ? 'wall.empty.forAdministrator' : 'wall.empty.why')}
      </Placeholder>
    );
  return (
    <div className={styles.wall} data-old={isOld} data-full={isFull}>
      <p role="status" className={styles.old}>
        {isOld && t('wall.old', { time })}
      </p>
      <Tiles view={view} elapsedMs={elapsedMs} />
      <p className={styles.faint}>
        {!isOld && t('wall.at', { time })} <Counted view={view} /> {t('wall.answered.exact')}{' '}
        <Link to="/help" hash="wall">
          {t('wall.help')}
        </Link>
      </p>
      <div className={styles.tables}>
        <PeopleTable view={view} elapsedMs={elapsedMs} isFull={isFull} />
        <CommunitiesTable view={view} elapsedMs={elapsedMs} />
      </div>
    </div>
  );
}

/** What is counted off the path of messages may come later than the rest, after a start for example. */
function Counted({ view }: { view: WallView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { countedAt, isCounting } = view;
  const isBehind = countedAt !== null && spanMs(view, countedAt, 0) > COUNTED_LATE_MS;
  if (!isCounting && !isBehind) return null;
  return (
    <strong className={styles.counted}>
      {isBehind && t('wall.countedAt', { time: secondsTime(countedAt, locale) })}
      {!isBehind && t('wall.isCounting')}
    </strong>
  );
}
