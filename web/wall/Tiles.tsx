/** The large figures. Each leads to what it counts. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type WallView, wallLimits } from '../../shared/schemas/wall.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './Wall.module.css';
import { countText, spanMs, spanText } from './wallText.ts';

export function Tiles({ view, elapsedMs }: { view: WallView; elapsedMs: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { waiting, longestWait, late, newToday, today } = view;
  return (
    <dl className={styles.tiles}>
      <Tile name={t('wall.waiting')}>
        <Link to="/" search={{ filter: 'waiting' }}>
          {countText(waiting, wallLimits.waiting, locale)}
        </Link>
      </Tile>
      <Tile name={t('wall.longestWait')} isText>
        {longestWait ? (
          <Link
            to="/conversations/$conversationId"
            params={{ conversationId: longestWait.conversationId }}
            search={{}}
          >
            {spanText(spanMs(view, longestWait.since, elapsedMs), locale)}
          </Link>
        ) : (
          <span>
            <span aria-hidden>–</span>
            <span className={styles.hidden}>{t('wall.nobodyWaits')}</span>
          </span>
        )}
      </Tile>
      <Tile name={t('wall.late')} tone={late > 0 ? 'bad' : undefined}>
        <Link to="/breaches">{countText(late, wallLimits.late, locale)}</Link>
      </Tile>
      <Tile name={t('wall.newToday')}>
        <Link to="/reports" search={{ from: today, to: today }}>
          {newToday.toLocaleString(locale)}
        </Link>
      </Tile>
    </dl>
  );
}

interface TileProps {
  name: string;
  tone?: 'bad' | undefined;
  /** A span takes more letters than a number. */
  isText?: boolean;
  children: ReactNode;
}

function Tile({ name, tone, isText, children }: TileProps) {
  return (
    <div className={styles.tile} data-tone={tone}>
      <dt>{name}</dt>
      <dd className={styles.number} data-text={isText}>
        {children}
      </dd>
    </div>
  );
}
