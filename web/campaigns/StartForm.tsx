/** Asks when a checked campaign starts, now or later, and says how many clients will get the message. */
import { Button, FormItem, Input, SegmentedControl } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { CampaignAction } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CampaignPage.module.css';

const whens = ['now', 'later'] as const;

export interface StartFormProps {
  fit: number;
  isMoving: boolean;
  onStart: (move: CampaignAction) => void;
}

export function StartForm({ fit, isMoving, onStart }: StartFormProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const [when, setWhen] = useState<(typeof whens)[number]>('now');
  const [startAt, setStartAt] = useState('');
  const [isPast, setPast] = useState(false);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (when === 'now') return onStart({ move: 'start' });
    // The browser interprets it in the reader's own time zone.
    const at = new Date(startAt);
    const isWrong = !(at.getTime() > Date.now());
    setPast(isWrong);
    if (!isWrong) onStart({ move: 'start', startAt: at.toISOString() });
  };
  return (
    <form className={`${box.box} ${styles.form}`} onSubmit={onSubmit}>
      <h2 className={box.heading}>{t('mailings.when')}</h2>
      <SegmentedControl
        size="m"
        aria-label={t('mailings.when')}
        value={when}
        onChange={(value) => setWhen(value === 'later' ? 'later' : 'now')}
        options={whens.map((value) => ({ value, label: t(`mailings.when.${value}`) }))}
      />
      {when === 'later' && (
        <FormItem
          noPadding
          top={t('mailings.startAt')}
          htmlFor={`${id}-at`}
          status={isPast ? 'error' : 'default'}
          bottom={isPast ? t('mailings.when.past') : undefined}
        >
          <Input
            id={`${id}-at`}
            type="datetime-local"
            required
            value={startAt}
            onChange={(event) => setStartAt(event.target.value)}
          />
        </FormItem>
      )}
      <p className={styles.facts}>{t('mailings.start.sure', { number: fit.toLocaleString(locale) })}</p>
      <Button type="submit" size="l" stretched loading={isMoving}>
        {t(when === 'now' ? 'mailings.start' : 'mailings.startLater')}
      </Button>
    </form>
  );
}
