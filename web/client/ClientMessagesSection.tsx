/** Opens the service messages to the client's phone: one-way messages (N2), and all of them. */
import { Icon20MessageOutline, Icon20NotificationOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { useRef } from 'react';
import type { ClientView } from '../../shared/schemas/client.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useReturningDialog } from '../ui/useReturningDialog.ts';
import styles from './ClientPane.module.css';
import { ClientMessagesDialog } from './lazyDialogs.ts';
import { SectionTitle } from './SectionTitle.tsx';

export function ClientMessagesSection({ client }: { client: ClientView }) {
  const { t } = useTranslation();
  const titleRef = useRef<HTMLHeadingElement>(null);
  const dialog = useReturningDialog<'oneWay' | 'all'>(() => titleRef.current);
  return (
    <section>
      <SectionTitle titleRef={titleRef}>{t('client.messages')}</SectionTitle>
      <div className={styles.windows}>
        <Button
          mode="secondary"
          size="m"
          stretched
          align="left"
          before={<Icon20NotificationOutline aria-hidden />}
          aria-haspopup="dialog"
          onClick={() => dialog.open('oneWay')}
        >
          {t('client.messages.oneWay')}
        </Button>
        <Button
          mode="secondary"
          size="m"
          stretched
          align="left"
          before={<Icon20MessageOutline aria-hidden />}
          aria-haspopup="dialog"
          onClick={() => dialog.open('all')}
        >
          {t('client.messages.all')}
        </Button>
      </div>
      {dialog.shown !== null && (
        <ClientMessagesDialog client={client} which={dialog.shown} onClose={dialog.close} />
      )}
    </section>
  );
}
