/** One line of the thread, by its kind. */

import type { MessageView } from '../../shared/schemas/message.ts';
import { useCancelSend } from '../composer/useCancelSend.ts';
import type { OutgoingMessage } from '../desk/outbox.ts';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { MessageBubble } from '../message/MessageBubble.tsx';
import { OutgoingBubble } from '../message/OutgoingBubble.tsx';
import { ServiceBubble } from '../message/ServiceBubble.tsx';
import { useSystemLineText } from '../message/useSystemLineText.ts';
import { clockTime, dayLabel, daysAgo, fullTime } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ThreadLine.module.css';
import type { ThreadItem } from './threadItems.ts';

export interface ThreadLineProps {
  item: ThreadItem;
  clientName: string;
  isFlashed: boolean;
  onQuote: (message: MessageView) => void;
  onJump: (messageId: string) => void;
}

export function ThreadLine({ item, clientName, isFlashed, onQuote, onJump }: ThreadLineProps) {
  const { t } = useTranslation();
  switch (item.kind) {
    case 'start':
      return <p className={styles.mark}>{t('thread.start')}</p>;
    case 'day':
      return <DayMark iso={item.iso} />;
    case 'unread':
      return <p className={styles.unread}>{t('thread.unread')}</p>;
    case 'outgoing':
      return <Outgoing outgoing={item.outgoing} clientName={clientName} />;
    case 'message':
      if (item.message.kind === 'system') return <SystemMark message={item.message} />;
      return item.message.kind === 'service' ? (
        <ServiceBubble message={item.message} isFlashed={isFlashed} />
      ) : (
        <MessageBubble
          message={item.message}
          clientName={clientName}
          continuesRun={item.continuesRun}
          isFlashed={isFlashed}
          onQuote={onQuote}
          onJump={onJump}
        />
      );
  }
}

function Outgoing({ outgoing, clientName }: { outgoing: OutgoingMessage; clientName: string }) {
  const cancelSend = useCancelSend();
  return <OutgoingBubble outgoing={outgoing} clientName={clientName} onCancelSend={cancelSend} />;
}

function DayMark({ iso }: { iso: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const days = daysAgo(new Date(iso), now);
  const label =
    days === 0 ? t('thread.today') : days === 1 ? t('thread.yesterday') : dayLabel(iso, now, locale);
  return <h2 className={styles.day}>{label}</h2>;
}

function SystemMark({ message }: { message: MessageView }) {
  const locale = useLocale();
  const textOf = useSystemLineText();
  const [{ showsEvents }] = usePreferences();
  // Some texts name the person already.
  const isNamed = message.system?.event !== 'labelled' && message.author.name === message.system?.personName;
  const text = message.system ? textOf(message.system) : message.text;
  return (
    <p className={styles.mark} title={fullTime(message.sentAt, locale)}>
      {text}
      {showsEvents && (
        <>
          {' · '}
          {message.author.name !== '' && !isNamed && <bdi>{message.author.name}, </bdi>}
          <time dateTime={message.sentAt}>{clockTime(message.sentAt, locale)}</time>
        </>
      )}
    </p>
  );
}
