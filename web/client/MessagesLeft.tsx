/** A section of the card: service messages left today, and a button to send one. */
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { LeftToday } from './LeftToday.tsx';
import { SendTemplateDialog } from './lazyDialogs.ts';
import styles from './MessagesLeft.module.css';
import { messagesLeftQuery } from './messagesLeftData.ts';

export function MessagesLeft({ clientId, clientName }: { clientId: string; clientName: string }) {
  const { t } = useTranslation();
  const messageOf = useErrorMessages();
  const [isSending, setSending] = useState(false);
  const { data, error } = useQuery(messagesLeftQuery(clientId));
  return (
    <section>
      <h3 className={styles.title}>{t('byHand.title')}</h3>
      {data && <LeftToday known={data} />}
      {!data && error && <p className={styles.faint}>{messageOf(error)}</p>}
      {!data && !error && <Skeleton width="80%" height={16} aria-label={t('common.loading')} />}
      {data?.hasPhone && (
        <Button className={styles.send} size="m" mode="secondary" stretched onClick={() => setSending(true)}>
          {t('byHand.send')}
        </Button>
      )}
      {isSending && (
        <SendTemplateDialog clientId={clientId} clientName={clientName} onClose={() => setSending(false)} />
      )}
    </section>
  );
}
