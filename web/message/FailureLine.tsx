/** Why an answer was not sent, and a button to try again. */
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { MessageView } from '../../shared/schemas/message.ts';
import { call } from '../desk/call.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './FailureLine.module.css';

export function FailureLine({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const { cache } = useDesk();
  const { me } = useDeskData();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isBusy, setIsBusy] = useState(false);
  const { failure } = message;

  const tryAgain = async () => {
    setIsBusy(true);
    try {
      cache.storeMessage(await call('retryMessage', { params: { messageId: message.id } }));
    } catch (error) {
      notices.show(t('actions.failed', { reason: messageOf(error) }));
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <div className={styles.line}>
      <span>
        {t('delivery.failed')}
        {failure && `: ${t(`failure.${failure.code}`)}`}
        {failure?.networkCode != null &&
          me.role === 'administrator' &&
          ` (${t('failure.networkCode', { code: failure.networkCode })})`}
      </span>
      {(failure === null || failure.isRetryable) && (
        <Button mode="link" size="s" loading={isBusy} onClick={() => void tryAgain()}>
          {t('message.retry')}
        </Button>
      )}
    </div>
  );
}
