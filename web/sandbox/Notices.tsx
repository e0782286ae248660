/** The notifications window: one-way messages, with no field to answer in. A shown message counts as read. */
import { Icon28ChevronLeftOutline } from '@vkontakte/icons';
import { Avatar, IconButton } from '@vkontakte/vkui';
import { useEffect } from 'react';
import type { NoticeView } from '../../shared/sandbox.ts';
import bubble from './bubble.module.css';
import styles from './chat.module.css';
import { callControl } from './controlClient.ts';
import { LinkButton } from './LinkButton.tsx';
import { useLabels } from './labels.ts';
import notice from './notices.module.css';
import { usePageVisible } from './usePageVisible.ts';
import type { PhoneControls } from './usePhone.ts';

interface NoticesProps {
  phone: PhoneControls;
  userId: number;
  notices: readonly NoticeView[];
}

export function Notices({ phone, userId, notices }: NoticesProps) {
  const say = useLabels();
  const isVisible = usePageVisible();
  const isLooking = isVisible && !phone.isOffline && !phone.state.hidesReading;
  const unread = notices.filter(({ isRead }) => !isRead).length;
  useEffect(() => {
    if (isLooking && unread > 0) void callControl('clientReadsNotices', { userId });
  }, [isLooking, unread, userId]);
  return (
    <div className={styles.chat}>
      <header className={styles.head}>
        <IconButton label={say('phone.back')} onClick={() => phone.dispatch({ type: 'wentBack' })}>
          <Icon28ChevronLeftOutline />
        </IconButton>
        <div className={styles.headText}>
          <h3 className={styles.headName}>{say('phone.notices')}</h3>
          <p className={styles.headState}>{say('notices.lead')}</p>
        </div>
      </header>
      <section
        className={notice.list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={say('phone.notices')}
      >
        {notices.length === 0 && <p className={styles.empty}>{say('notices.empty')}</p>}
        {notices.toReversed().map((one) => (
          <article key={one.messageId} className={notice.card} data-message-id={one.messageId}>
            <h4 className={notice.sender}>
              <Avatar size={24} src={one.senderPhotoUrl} alt="" />
              <span>{one.senderName}</span>
              <span className={notice.network}>
                {say(one.network === 'VK' ? 'network.vk' : 'network.ok')}
              </span>
            </h4>
            <p className={bubble.text} dir="auto">
              {one.text}
            </p>
            {one.imageUrls.map((url) => (
              <img key={url} className={bubble.photo} src={url} alt={say('chat.photo')} loading="lazy" />
            ))}
            {one.links.map(({ label, url }) => (
              <LinkButton key={label} label={label} link={url} />
            ))}
            <time className={notice.time} dateTime={new Date(one.atMs).toISOString()}>
              {new Date(one.atMs).toLocaleString('ru', { dateStyle: 'short', timeStyle: 'short' })}
            </time>
          </article>
        ))}
      </section>
    </div>
  );
}
