/** Start, end and weekdays of the sending hours. */
import { Checkbox, FormItem, Input } from '@vkontakte/vkui';
import { useId } from 'react';
import type { SendingHours } from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { dayNames } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CompanyPage.module.css';
import { endFromClock, fromClock, toClock } from './clockText.ts';

export type HoursProblem = 'noDay' | 'noTime';

/** Values that the server would refuse, checked before the request. */
export function hoursProblem({ fromMinute, toMinute, daysOfWeek }: SendingHours): HoursProblem | null {
  if (daysOfWeek.length === 0) return 'noDay';
  return fromMinute === toMinute ? 'noTime' : null;
}

export interface HoursFieldsProps {
  hours: SendingHours;
  wrong: HoursProblem | null;
  onChange: (hours: SendingHours) => void;
}

export function HoursFields({ hours, wrong, onChange }: HoursFieldsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const { fromMinute, toMinute, daysOfWeek } = hours;
  const setDay = (day: number, isOn: boolean) =>
    onChange({
      ...hours,
      daysOfWeek: [...daysOfWeek.filter((each) => each !== day), ...(isOn ? [day] : [])].sort(),
    });
  return (
    <div className={styles.hours}>
      <div className={styles.row}>
        <FormItem noPadding top={t('company.hours.from')} htmlFor={`${id}-from`} className={styles.time}>
          <Input
            id={`${id}-from`}
            type="time"
            required
            value={toClock(fromMinute)}
            onChange={(event) =>
              onChange({ ...hours, fromMinute: fromClock(event.target.value) ?? fromMinute })
            }
          />
        </FormItem>
        <FormItem noPadding top={t('company.hours.to')} htmlFor={`${id}-to`} className={styles.time}>
          <Input
            id={`${id}-to`}
            type="time"
            required
            value={toClock(toMinute)}
            onChange={(event) =>
              onChange({ ...hours, toMinute: endFromClock(event.target.value) ?? toMinute })
            }
          />
        </FormItem>
        {toMinute < fromMinute && <span className={styles.faint}>{t('company.hours.overMidnight')}</span>}
      </div>
      <fieldset className={styles.days}>
        <legend className={styles.legend}>{t('company.hours.days')}</legend>
        {dayNames(locale).map((name, at) => (
          <Checkbox
            key={name}
            checked={daysOfWeek.includes(at + 1)}
            onChange={(event) => setDay(at + 1, event.target.checked)}
          >
            {name}
          </Checkbox>
        ))}
      </fieldset>
      {wrong && (
        <p role="alert" className={styles.problem}>
          {t(`company.hours.${wrong}`)}
        </p>
      )}
      <p className={`${styles.faint} ${styles.note}`}>{t('company.hours.about')}</p>
    </div>
  );
}
