/** Messages forwarded with this one, and the messages forwarded with those, at any depth. */

import type { ForwardedView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime } from '../ui/formatTime.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { Attachments } from './Attachments.tsx';
import styles from './Forwarded.module.css';

/** Deeper levels are folded, because a bubble has a limited width. */
const OPEN_DEPTH = 2;

export interface ForwardedProps {
  forwarded: readonly ForwardedView[];
  clientName: string;
  depth?: number;
}

export function Forwarded({ forwarded, clientName, depth = 0 }: ForwardedProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <details className={styles.group} open={depth < OPEN_DEPTH}>
      <summary className={styles.summary}>{t('message.forwarded', { count: forwarded.length })}</summary>
      {forwarded.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was forwarded never changes
        <div key={index} className={styles.message}>
          <div className={styles.author}>
            <bdi>{message.isByClient ? clientName : message.authorName}</bdi>
            <time dateTime={message.sentAt}>{fullTime(message.sentAt, locale)}</time>
          </div>
          {message.text !== '' && <PlainText text={message.text} />}
          <Attachments attachments={message.attachments} />
          {message.forwarded.length > 0 && (
            <Forwarded forwarded={message.forwarded} clientName={clientName} depth={depth + 1} />
          )}
        </div>
      ))}
    </details>
  );
}
