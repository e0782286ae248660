/** Dates on which nobody works. */
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { useId, useState } from 'react';
import { workingTimeLimits } from '../../shared/schemas/workingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { shortDate } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CompanyPage.module.css';

export interface HolidayFieldsProps {
  holidays: string[];
  onChange: (holidays: string[]) => void;
}

export function HolidayFields({ holidays, onChange }: HolidayFieldsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const [date, setDate] = useState('');
  const isKnown = holidays.includes(date);
  // Noon, so that no time zone of a browser shows the day before.
  const dateText = (holiday: string) => shortDate(`${holiday}T12:00:00`, locale);
  const add = () => {
    onChange([...holidays, date].sort());
    setDate('');
  };
  return (
    <fieldset className={styles.hours}>
      <legend className={styles.legend}>{t('company.work.holidays')}</legend>
      {holidays.length === 0 && (
        <p className={`${styles.faint} ${styles.note}`}>{t('company.work.holidays.none')}</p>
      )}
      {holidays.length > 0 && (
        <ul className={styles.holidays}>
          {holidays.map((holiday) => (
            <li key={holiday} className={styles.holiday}>
              {dateText(holiday)}
              <Button
                type="button"
                mode="tertiary"
                size="s"
                aria-label={t('company.work.holiday.remove', { date: dateText(holiday) })}
                onClick={() => onChange(holidays.filter((each) => each !== holiday))}
              >
                ✕
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.row}>
        <FormItem noPadding top={t('company.work.holiday')} htmlFor={`${id}-date`}>
          <Input
            id={`${id}-date`}
            type="date"
            value={date}
            onChange={(event) => setDate(event.target.value)}
          />
        </FormItem>
        <Button
          type="button"
          mode="secondary"
          disabled={date === '' || isKnown || holidays.length >= workingTimeLimits.holidays}
          onClick={add}
        >
          {t('company.work.holiday.add')}
        </Button>
        {isKnown && (
          <span role="status" className={styles.faint}>
            {t('company.work.holiday.known')}
          </span>
        )}
      </div>
    </fieldset>
  );
}
