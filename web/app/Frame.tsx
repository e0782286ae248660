/** The frame of every screen: sections at the side (below, on a phone), banners above, global hotkeys. */
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Icon28BookmarkOutline,
  Icon28DocumentTextOutline,
  Icon28HelpCircleOutline,
  Icon28KeyboardOutline,
  Icon28MailOutline,
  Icon28MessagesOutline,
  Icon28PollSquareOutline,
  Icon28SearchOutline,
  Icon28SettingsOutline,
  Icon28StatisticsOutline,
  Icon28TvAltOutline,
} from '@vkontakte/icons';
import { VisuallyHidden } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useHotkeys } from '../desk/useHotkeys.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { settingsPagesFor } from '../settings/settingsPages.ts';
import { Face } from '../ui/Face.tsx';
import { lazyDialog, usePreloaded } from '../ui/lazyDialog.tsx';
import { Banners } from './Banners.tsx';
import styles from './Frame.module.css';
import { LiveRegion } from './LiveRegion.tsx';
import { ReplyCalls } from './ReplyCalls.tsx';
import { useTitle } from './useTitle.ts';
import { WokenCalls } from './WokenCalls.tsx';

const OwnMenu = lazyDialog([], () => import('./OwnMenu.tsx').then((module) => module.OwnMenu));
const KeyboardDialog = lazyDialog([], () =>
  import('./KeyboardDialog.tsx').then((module) => module.KeyboardDialog),
);

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const navigate = useNavigate();
  const [shown, setShown] = useState<'menu' | 'keyboard' | null>(null);
  const isInConversation = useRouterState({
    select: (state) => state.location.pathname.startsWith('/conversations/'),
  });
  const isBare = useRouterState({
    select: ({ location: { pathname, search } }) => pathname === '/wall' && 'full' in search && search.full,
  });
  const isInReports = useRouterState({
    select: (state) => /^\/(reports|ratings|breaches|quality)(\/|$)/.test(state.location.pathname),
  });
  const isAdministrator = me.role === 'administrator';
  useTitle();
  usePreloaded(OwnMenu, KeyboardDialog);
  useSearchKey();

  useHotkeys({
    '?': () => setShown('keyboard'),
    '/': () => void navigate({ to: '/search' }),
    'g i': () => void navigate({ to: '/' }),
    'g r': () => void navigate({ to: '/canned-answers' }),
    ...(me.role === 'agent'
      ? {}
      : {
          'g t': () => void navigate({ to: '/templates' }),
          'g w': () => void navigate({ to: '/wall' }),
        }),
    ...(isAdministrator
      ? {
          'g c': () => void navigate({ to: '/settings/communities' }),
          'g p': () => void navigate({ to: '/settings/people' }),
        }
      : {}),
  });

  return (
    <div className={styles.frame} data-in-conversation={isInConversation} data-bare={isBare}>
      <nav className={styles.rail} aria-label={t('nav.label')}>
        <Link
          to="/"
          className={styles.section}
          data-current={isInConversation || undefined}
          title={t('nav.inbox')}
        >
          <Icon28MessagesOutline aria-hidden />
          <span className={styles.sectionName}>{t('nav.inbox')}</span>
        </Link>
        <Link to="/search" className={styles.section} title={t('nav.search')}>
          <Icon28SearchOutline aria-hidden />
          <span className={styles.sectionName}>{t('nav.search')}</span>
        </Link>
        <Link to="/canned-answers" className={styles.section} title={t('nav.canned')}>
          <Icon28BookmarkOutline aria-hidden />
          <span className={styles.sectionName}>{t('nav.canned')}</span>
        </Link>
        {me.role !== 'agent' && (
          <Link to="/templates" className={styles.section} title={t('nav.templates')}>
            <Icon28DocumentTextOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.templates')}</span>
          </Link>
        )}
        {me.role !== 'agent' && (
          <Link to="/mailings" className={styles.section} title={t('nav.mailings')}>
            <Icon28MailOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.mailings')}</span>
          </Link>
        )}
        {me.role !== 'agent' && (
          <Link to="/deliveries" className={styles.section} title={t('nav.deliveries')}>
            <Icon28StatisticsOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.deliveries')}</span>
          </Link>
        )}
        {me.role !== 'agent' && (
          <Link to="/wall" className={styles.section} title={t('nav.wall')}>
            <Icon28TvAltOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.wall')}</span>
          </Link>
        )}
        {me.role !== 'agent' && (
          <Link
            to="/reports"
            className={styles.section}
            data-current={isInReports || undefined}
            title={t('nav.reports')}
          >
            <Icon28PollSquareOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.reports')}</span>
          </Link>
        )}
        {settingsPagesFor(me.role).length > 0 && (
          <Link to="/settings" className={styles.section} title={t('nav.settings')}>
            <Icon28SettingsOutline aria-hidden />
            <span className={styles.sectionName}>{t('nav.settings')}</span>
          </Link>
        )}
        <span className={styles.space} />
        <Link to="/help" className={styles.section} title={t('nav.help')}>
          <Icon28HelpCircleOutline aria-hidden />
          <span className={styles.sectionName}>{t('nav.help')}</span>
        </Link>
        <button
          type="button"
          className={`${styles.section} ${styles.keyboard}`}
          title={t('menu.keyboard')}
          aria-label={t('menu.keyboard')}
          onClick={() => setShown('keyboard')}
        >
          <Icon28KeyboardOutline aria-hidden />
        </button>
        <button type="button" className={styles.section} title={me.name} onClick={() => setShown('menu')}>
          <VisuallyHidden>{t('nav.menu')}</VisuallyHidden>
          <Face id={me.id} name={me.name} avatarUrl={me.avatarUrl} sizePx={32} />
        </button>
      </nav>
      <div className={styles.screen}>
        {/* The wall says itself what the banners would. */}
        {!isBare && <Banners />}
        <div className={styles.content}>{children}</div>
      </div>
      <LiveRegion />
      <ReplyCalls />
      <WokenCalls />
      {shown === 'menu' && (
        <OwnMenu onClose={() => setShown(null)} onShowKeyboard={() => setShown('keyboard')} />
      )}
      {shown === 'keyboard' && <KeyboardDialog onClose={() => setShown(null)} />}
    </div>
  );
}

/** Ctrl+K, also from a field: nobody has to leave an answer to look something up. */
function useSearchKey(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isSearchKey = event.code === 'KeyK' && (event.ctrlKey || event.metaKey);
      if (!isSearchKey || event.altKey || event.shiftKey || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      void navigate({ to: '/search' });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [navigate]);
}
