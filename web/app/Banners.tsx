/** Banners for everyone: this tab is offline, or a community has lost its network. */
import { Link, useParams } from '@tanstack/react-router';
import { Icon20CloudSlashOutline, Icon20ErrorCircleOutline, Icon20Sync } from '@vkontakte/icons';
import type { ReactNode } from 'react';
import type { CommunityView } from '../../shared/schemas/community.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useUnsent } from '../desk/sendMessage.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { momentNear } from '../ui/formatTime.ts';
import { safeLink } from '../ui/links.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { useStore } from '../ui/useStore.ts';
import styles from './Banners.module.css';

export function Banners() {
  const { communities } = useDeskData();
  return (
    <div role="status" className={styles.banners}>
      <LinkBanner />
      <UnsentBanner />
      {communities.map((community) => (
        <CommunityBanner key={community.id} community={community} />
      ))}
      {communities.map((community) => (
        <CaptchaBanner key={community.id} community={community} />
      ))}
    </div>
  );
}

function Banner({ tone, icon, children }: { tone: 'calm' | 'bad'; icon: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.banner} data-tone={tone}>
      {icon}
      <span className={styles.text}>{children}</span>
    </div>
  );
}

function LinkBanner() {
  const { t } = useTranslation();
  const locale = useLocale();
  const link = useStore(useDesk().connection.state);
  if (link.phase === 'reconnecting') {
    return (
      <Banner tone="calm" icon={<Icon20Sync aria-hidden />}>
        {t('banner.reconnecting')}
      </Banner>
    );
  }
  if (link.phase === 'offline') {
    const time = momentNear(new Date(link.sinceMs).toISOString(), new Date(), locale);
    return (
      <Banner tone="bad" icon={<Icon20CloudSlashOutline aria-hidden />}>
        {t('banner.offline', { time })}
      </Banner>
    );
  }
  return null;
}

/** The way to a message that could not be sent, unless it is on the screen. */
function UnsentBanner() {
  const { t } = useTranslation();
  const { conversationId: openedId } = useParams({ strict: false });
  const [unsentId] = [...useUnsent().keys()].filter((conversationId) => conversationId !== openedId);
  if (unsentId === undefined) return null;
  return (
    <Banner tone="bad" icon={<Icon20ErrorCircleOutline aria-hidden />}>
      {t('banner.unsent')}{' '}
      <Link to="/conversations/$conversationId" params={{ conversationId: unsentId }} className={styles.link}>
        {t('banner.unsent.show')}
      </Link>
    </Banner>
  );
}

function CommunityBanner({ community }: { community: CommunityView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { me } = useDeskData();
  const { state, since, stopReason, stalledSince } = community.connection;
  // An offline or stopped community says more by its own banner.
  if (stalledSince !== null && state !== 'offline' && state !== 'stopped' && state !== 'disabled') {
    return (
      <Banner tone="bad" icon={<Icon20ErrorCircleOutline aria-hidden />}>
        {t('banner.stalled', { community: community.name, time: momentNear(stalledSince, now, locale) })}.{' '}
        {me.role === 'administrator' ? (
          <Link to="/settings/communities" className={styles.link}>
            {t('banner.stopped.fix')}
          </Link>
        ) : (
          t('banner.stopped.ask')
        )}
      </Banner>
    );
  }
  if (state === 'catchingUp') {
    return (
      <Banner tone="calm" icon={<Icon20Sync aria-hidden />}>
        {t('banner.catchingUp', { community: community.name })}
      </Banner>
    );
  }
  if (state === 'offline') {
    return (
      <Banner tone="bad" icon={<Icon20CloudSlashOutline aria-hidden />}>
        {t('banner.network', { community: community.name, time: momentNear(since, now, locale) })}
      </Banner>
    );
  }
  if (state === 'stopped') {
    return (
      <Banner tone="bad" icon={<Icon20ErrorCircleOutline aria-hidden />}>
        {t('banner.stopped', { community: community.name })}.{' '}
        {me.role === 'administrator' ? (
          <>
            {stopReason && `${t(`banner.stopped.${stopReason}`)}. `}
            <Link to="/settings/communities" className={styles.link}>
              {t('banner.stopped.fix')}
            </Link>
          </>
        ) : (
          t('banner.stopped.ask')
        )}
      </Banner>
    );
  }
  return null;
}

/** VK suspects a robot: messages wait until a person has passed its check in a browser. */
function CaptchaBanner({ community: { captcha, connection, name } }: { community: CommunityView }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  if (!captcha || connection.state === 'disabled') return null;
  const url = captcha.url === null ? null : safeLink(captcha.url);
  return (
    <Banner tone="bad" icon={<Icon20ErrorCircleOutline aria-hidden />}>
      {t('banner.captcha', { community: name })}. {me.role !== 'administrator' && t('banner.stopped.ask')}
      {me.role === 'administrator' && url && (
        <a href={url} target="_blank" rel="noreferrer noopener" className={styles.link}>
          {t('banner.captcha.open')}
        </a>
      )}
    </Banner>
  );
}
