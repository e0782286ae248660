/** A value to copy into another system: shown whole, copied by one press. */
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { useId } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './CopyField.module.css';
import { useNotices } from './notices.ts';

export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const id = useId();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      notices.show(t('common.copied'), 'done');
    } catch {
      // Without access to the clipboard the value is selected, so that Ctrl+C copies it.
      (document.getElementById(id) as HTMLInputElement | null)?.select();
    }
  };
  return (
    <FormItem noPadding top={label} htmlFor={id} bottom={hint}>
      <div className={styles.field}>
        <Input id={id} readOnly value={value} className={styles.value} />
        <Button
          mode="secondary"
          size="l"
          aria-label={`${t('common.copy')}: ${label}`}
          onClick={() => void copy()}
        >
          {t('common.copy')}
        </Button>
      </div>
    </FormItem>
  );
}
