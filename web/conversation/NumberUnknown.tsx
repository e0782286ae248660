/** A notice that the client's phone is unknown (N6, matching), with a button to bond one. */
import { Button } from '@vkontakte/vkui';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { BondPhoneDialog } from '../client/lazyDialogs.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useReturningDialog } from '../ui/useReturningDialog.ts';
import styles from './NumberUnknown.module.css';

export function NumberUnknown({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  const dialog = useReturningDialog<'bond'>(() => document.getElementById('composer-text'));
  return (
    <>
      {!conversation.isMatched && (
        <div className={styles.bar}>
          <span>{t('thread.numberUnknown')}</span>
          <Button mode="link" size="s" aria-haspopup="dialog" onClick={() => dialog.open('bond')}>
            {t('client.bond')}
          </Button>
        </div>
      )}
      {dialog.shown && (
        <BondPhoneDialog client={conversation.client} onClose={dialog.close} onDone={dialog.done} />
      )}
    </>
  );
}
