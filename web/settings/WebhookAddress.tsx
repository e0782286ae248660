/** The address to enter in VK's Callback API, ready to copy. */
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
      // Without access to the clipboard the address is selected, so that Ctrl+C copies it.
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
