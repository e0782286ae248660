/** One service message in a client's dialog: time, network, content and status. */

import type { ClientServiceMessage } from '../../shared/schemas/client.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ServiceContent } from '../message/ServiceContent.tsx';
import { ServiceDetails } from '../message/ServiceDetails.tsx';
import { ServiceStatus } from '../message/ServiceStatus.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ClientMessages.module.css';

export interface ClientMessageProps {
  message: ClientServiceMessage;
  isDirectionShown: boolean;
}

export function ClientMessage({ message, isDirectionShown }: ClientMessageProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <li className={styles.message}>
      <header className={styles.head}>
        <time dateTime={message.acceptedAt}>{fullTime(message.acceptedAt, locale)}</time>
        <span>{t(`network.${message.network}`)}</span>
        {isDirectionShown && message.direction === 'oneWay' && (
          <span className={styles.mark}>{t('client.messages.oneWay.mark')}</span>
        )}
      </header>
      <ServiceContent {...message} />
      <footer className={styles.foot}>
        <ServiceStatus
          status={message.status}
          statusAt={message.statusAt}
          endCode={message.endCode}
          since={message.acceptedAt}
        />
      </footer>
      <ServiceDetails
        templateName={message.templateName}
        templateVersion={message.templateVersion}
        variables={message.variables}
      />
    </li>
  );
}
