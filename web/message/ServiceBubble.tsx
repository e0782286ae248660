/** A service message in the thread (N25: it is shown before the reply), with its delivery status. */
import { memo } from 'react';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { clockTime, fullTime } from '../ui/formatTime.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useLocale } from '../ui/useLocale.ts';
import styles from './MessageBubble.module.css';
import { ServiceContent } from './ServiceContent.tsx';
import { ServiceDetails } from './ServiceDetails.tsx';
import { ServiceStatus } from './ServiceStatus.tsx';
import { useFlashFocus } from './useFlashFocus.ts';

export interface ServiceBubbleProps {
  message: MessageView;
  isFlashed: boolean;
}

export const ServiceBubble = memo(function ServiceBubble({ message, isFlashed }: ServiceBubbleProps) {
  const ref = useFlashFocus(isFlashed);
  return (
    <article
      className={styles.line}
      data-kind="service"
      data-flashed={isFlashed}
      data-message-id={message.id}
      ref={ref}
      tabIndex={-1}
    >
      <div className={styles.bubble}>
        {message.deletedAt === null ? <Shown message={message} /> : <Withdrawn />}
      </div>
    </article>
  );
});

function Shown({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { service } = message;
  return (
    <>
      <header className={styles.heading}>
        {t('message.service')}
        {service && (
          <>
            {' · '}
            <bdi>{service.templateName}</bdi>
          </>
        )}
      </header>
      {service ? <ServiceContent text={message.text} {...service} /> : <PlainText text={message.text} />}
      <footer className={styles.footer} data-wraps="true">
        <time dateTime={message.sentAt} title={fullTime(message.sentAt, locale)}>
          {clockTime(message.sentAt, locale)}
        </time>
        {service && <ServiceStatus {...service} since={message.sentAt} />}
      </footer>
      {service && <ServiceDetails {...service} />}
    </>
  );
}

/** The bond to the phone was undone: its service messages are not this client's any more. */
function Withdrawn() {
  const { t } = useTranslation();
  return (
    <>
      <header className={styles.heading}>{t('message.service')}</header>
      <p className={styles.deleted}>{t('service.withdrawn')}</p>
    </>
  );
}
