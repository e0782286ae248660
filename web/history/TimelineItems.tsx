/** The two kinds of items in a client's life: a message of a thread, and a service message that is in none. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ClientServiceMessage } from '../../shared/schemas/client.ts';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ServiceContent } from '../message/ServiceContent.tsx';
import { ServiceStatus } from '../message/ServiceStatus.tsx';
import { useSystemLineText } from '../message/useSystemLineText.ts';
import { clockTime, fullTime } from '../ui/formatTime.ts';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ClientTimelinePage.module.css';

export interface TimelineMessageProps {
  message: MessageView;
  communityId: string | null;
  clientName: string;
}

export function TimelineMessage({ message, communityId, clientName }: TimelineMessageProps) {
  const { t } = useTranslation();
  const { id, kind, conversationId, author, sentAt, service } = message;
  const who = kind === 'service' ? t('history.client.service') : kind === 'reply' ? clientName : author.name;
  return (
    <article className={styles.item} data-kind={kind}>
      <ItemHead
        at={sentAt}
        communityId={communityId}
        who={kind === 'system' ? '' : who}
        mark={kind === 'note'}
      >
        <Link
          to="/conversations/$conversationId"
          params={{ conversationId }}
          hash={id}
          className={styles.link}
        >
          {t('history.client.open')}
        </Link>
      </ItemHead>
      {service ? (
        <>
          <ServiceContent {...service} text={message.text} />
          <ServiceStatus {...service} since={sentAt} />
        </>
      ) : (
        <MessageContent message={message} />
      )}
    </article>
  );
}

export function TimelineService({
  message,
  communityId,
}: {
  message: ClientServiceMessage;
  communityId: string;
}) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { id, acceptedAt, status, statusAt, endCode } = message;
  return (
    <article className={styles.item} data-kind="service">
      <ItemHead at={acceptedAt} communityId={communityId} who={t('history.client.service')}>
        {me.role !== 'agent' && (
          <Link to="/deliveries/$messageId" params={{ messageId: id }} className={styles.link}>
            {t('history.delivery')}
          </Link>
        )}
      </ItemHead>
      <ServiceContent {...message} />
      <ServiceStatus status={status} statusAt={statusAt} endCode={endCode} since={acceptedAt} />
    </article>
  );
}

interface ItemHeadProps {
  at: string;
  communityId: string | null;
  who: string;
  /** Whether this is a note for colleagues. */
  mark?: boolean;
  children: ReactNode;
}

function ItemHead({ at, communityId, who, mark = false, children }: ItemHeadProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const community = communities.find(({ id }) => id === communityId);
  return (
    <header className={styles.head}>
      {who !== '' && <bdi className={styles.who}>{who}</bdi>}
      {mark && <span>{t('history.client.note')}</span>}
      {community && (
        <span className={styles.community}>
          <span className={styles.badge}>
            <NetworkBadge network={community.network} />
          </span>
          <bdi>{community.name}</bdi>
        </span>
      )}
      <time dateTime={at} title={fullTime(at, locale)}>
        {clockTime(at, locale)}
      </time>
      {children}
    </header>
  );
}

function MessageContent({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const textOf = useSystemLineText();
  if (message.system) {
    const { system, author } = message;
    const isNamed = system.event !== 'labelled' && author.name === system.personName;
    return (
      <p className={styles.faint}>
        {textOf(system)}
        {author.name !== '' && !isNamed && (
          <>
            {' · '}
            <bdi>{author.name}</bdi>
          </>
        )}
      </p>
    );
  }
  if (message.isErased) return <p className={styles.faint}>{t('message.erased')}</p>;
  if (message.deletedAt) return <p className={styles.faint}>{t('message.deleted')}</p>;
  const files = message.attachments.map(({ kind, title }) => title ?? t(`attachment.${kind}`));
  return (
    <>
      {message.text !== '' && (
        <p className={styles.text} dir="auto">
          {message.text}
        </p>
      )}
      {files.length > 0 && <p className={styles.faint}>{files.join(', ')}</p>}
      {message.forwarded.length > 0 && (
        <p className={styles.faint}>{t('history.client.forwarded', { count: message.forwarded.length })}</p>
      )}
    </>
  );
}
