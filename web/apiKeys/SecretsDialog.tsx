/** Shows the secrets of a key, once. */
import { Button, FormStatus } from '@vkontakte/vkui';
import type { ApiKeySecrets } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { CopyField } from '../ui/CopyField.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import styles from './KeyForm.module.css';

export function SecretsDialog({ made, onClose }: { made: ApiKeySecrets; onClose: () => void }) {
  const { t } = useTranslation();
  const { key, consumerSecret, webhookSecret } = made;
  return (
    <Dialog title={t('apiKeys.secrets.title', { name: key.name })} onClose={onClose}>
      <div className={styles.form}>
        <FormStatus title={t('apiKeys.secrets.once')}>{t('apiKeys.secrets.keep')}</FormStatus>
        <CopyField label="oauth_consumer_key" value={key.consumerKey} />
        {consumerSecret && <CopyField label={t('apiKeys.secrets.consumer')} value={consumerSecret} />}
        {webhookSecret && (
          <CopyField
            label={t('apiKeys.secrets.webhook')}
            value={webhookSecret}
            hint={t('apiKeys.secrets.webhook.hint')}
          />
        )}
        <Button size="l" stretched onClick={onClose}>
          {t('apiKeys.secrets.done')}
        </Button>
      </div>
    </Dialog>
  );
}
