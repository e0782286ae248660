/** One event in words, with links to what it is about. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConversationEvent } from '../../shared/schemas/history.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useSystemLineText } from '../message/useSystemLineText.ts';
import { duration } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ConversationEvents.module.css';

type EventOf<Kind extends ConversationEvent['kind']> = Extract<ConversationEvent, { kind: Kind }>;

export interface EventTextProps {
  event: ConversationEvent;
  conversationId: string;
}

export function EventText({ event, conversationId }: EventTextProps) {
  const { t } = useTranslation();
  switch (event.kind) {
    case 'changed':
      return <Changed event={event} />;
    case 'answered':
    case 'noted':
      return <Written event={event} conversationId={conversationId} />;
    case 'sent':
      return <Sent event={event} conversationId={conversationId} />;
    case 'edited':
      return (
        <>
          <ToMessage conversationId={conversationId} messageId={event.messageId}>
            {t('history.edited')}
          </ToMessage>
          {' · '}
          {event.isByClient ? t('history.client') : <By name={event.by.name} />}
        </>
      );
    case 'opened':
      return (
        <>
          {t('history.opened')} · <By name={event.by.name} />
        </>
      );
  }
}

function Changed({ event }: { event: EventOf<'changed'> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const textOf = useSystemLineText();
  const { by, personName, resolutionMs } = event;
  const line = { ...event, ...(event.labels ? { labels: event.labels } : {}) };
  // The text names this person already.
  const isNamed = by.name === '' || (by.name === personName && event.event !== 'labelled');
  return (
    <>
      {textOf(line)}
      {!isNamed && (
        <>
          {' · '}
          <By name={by.name} />
        </>
      )}
      {resolutionMs !== null && (
        <strong className={styles.measure}>
          {t('history.resolution', { duration: duration(resolutionMs, locale) })}
        </strong>
      )}
    </>
  );
}

function Written({ event, conversationId }: EventTextProps & { event: EventOf<'answered' | 'noted'> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { kind, by, messageId, firstAnswerMs, isFailed } = event;
  return (
    <>
      <ToMessage conversationId={conversationId} messageId={messageId}>
        {t(kind === 'noted' ? 'history.noted' : isFailed ? 'history.notDelivered' : 'history.answered')}
      </ToMessage>
      {' · '}
      {by.name === '' ? t('history.inNetwork') : <By name={by.name} />}
      {firstAnswerMs !== null && (
        <strong className={styles.measure}>
          {t('history.firstAnswer', { duration: duration(firstAnswerMs, locale) })}
        </strong>
      )}
    </>
  );
}

function Sent({ event, conversationId }: EventTextProps & { event: EventOf<'sent'> }) {
  const { t } = useTranslation();
  const { messageId, serviceMessageId, templateName, sender } = event;
  return (
    <>
      <ToMessage conversationId={conversationId} messageId={messageId}>
        {t('history.sent', { template: templateName })}
      </ToMessage>
      {sender && (
        <>
          {' · '}
          <SenderName sender={sender} />
        </>
      )}
      {' · '}
      <Link to="/deliveries/$messageId" params={{ messageId: serviceMessageId }} className={styles.link}>
        {t('history.delivery')}
      </Link>
    </>
  );
}

/** A link to where the sender is shown, for people who may open it. */
function SenderName({ sender: { kind, id, name } }: { sender: NonNullable<EventOf<'sent'>['sender']> }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const label = t(`history.sender.${kind}`, { name: name ?? t('history.sender.gone') });
  if (kind === 'mailing' && name !== null)
    return (
      <Link to="/mailings/$mailingId" params={{ mailingId: id }} className={styles.link}>
        {label}
      </Link>
    );
  if (kind === 'mailing' || me.role !== 'administrator') return <bdi>{label}</bdi>;
  return (
    <Link to={kind === 'key' ? '/settings/keys' : '/settings/people'} className={styles.link}>
      {label}
    </Link>
  );
}

function ToMessage({
  conversationId,
  messageId,
  children,
}: {
  conversationId: string;
  messageId: string;
  children: ReactNode;
}) {
  return (
    <Link
      to="/conversations/$conversationId"
      params={{ conversationId }}
      search={true}
      hash={messageId}
      className={styles.link}
    >
      {children}
    </Link>
  );
}

const By = ({ name }: { name: string }) => <bdi>{name}</bdi>;
