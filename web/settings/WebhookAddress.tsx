/** The address that VK's Callback API must deliver to, ready to be copied. */
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { useId } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import styles from './WebhookAddress.module.css';

export function WebhookAddress({ url }: { url: string }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const id = useId();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      notices.show(t('common.copied'), 'done');
    } catch {
      // Without leave to the clipboard the address is chosen, and Ctrl+C takes it.
      (document.getElementById(id) as HTMLInputElement | null)?.select();
    }
  };
  return (
    <FormItem noPadding top={t('communities.webhookUrl')} htmlFor={id}>
      <div className={styles.address}>
        <Input id={id} readOnly value={url} className={styles.url} />
        <Button mode="secondary" size="l" onClick={() => void copy()}>
          {t('common.copy')}
        </Button>
      </div>
    </FormItem>
  );
}
