/** For administrators, below the card: export of the client's data, the access register, and erasure. */
import { Link } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import { clientExportPath } from '../../shared/clientExportPath.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import paneStyles from './ClientPane.module.css';
import { EraseClientDialog } from './lazyDialogs.ts';
import styles from './PersonalDataActions.module.css';

export function PersonalDataActions({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isErasing, setIsErasing] = useState(false);
  if (me.role !== 'administrator') return null;
  return (
    <section aria-label={t('personalData.section')}>
      <h3 className={paneStyles.title}>{t('personalData.section')}</h3>
      <div className={styles.actions}>
        <Link
          to="/settings/personal-data"
          search={{ clientId: conversation.client.id }}
          className={styles.link}
        >
          {t('personalData.whoSaw')}
        </Link>
        <a href={clientExportPath(conversation.client.id)} download className={styles.link}>
          {t('personalData.export')}
        </a>
        {!conversation.isErased && (
          <Button mode="tertiary" appearance="negative" onClick={() => setIsErasing(true)}>
            {t('personalData.erase')}
          </Button>
        )}
      </div>
      {isErasing && <EraseClientDialog client={conversation.client} onClose={() => setIsErasing(false)} />}
    </section>
  );
}
