/** The working hours of each weekday. */
import { Checkbox, Input } from '@vkontakte/vkui';
import type { WorkingDays } from '../../shared/schemas/workingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { dayNames } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CompanyPage.module.css';
import { endFromClock, fromClock, toClock } from './clockText.ts';

const office = { fromMinute: 9 * 60, toMinute: 18 * 60 };
export const usualDays: WorkingDays = [office, office, office, office, office, null, null];

type Translate = ReturnType<typeof useTranslation>['t'];

/** What the server would refuse, in words. */
export function daysProblem(days: WorkingDays, t: Translate, locale: string): string | null {
  if (days.every((hours) => hours === null)) return t('company.work.noDay');
  const at = days.findIndex((hours) => hours !== null && hours.fromMinute === hours.toMinute);
  return at < 0 ? null : t('company.work.noTime', { day: dayNames(locale)[at] ?? '' });
}

export interface WorkingDaysFieldsProps {
  days: WorkingDays;
  onChange: (days: WorkingDays) => void;
}

export function WorkingDaysFields({ days, onChange }: WorkingDaysFieldsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const setDay = (at: number, hours: WorkingDays[number]) =>
    onChange(days.map((each, nth) => (nth === at ? hours : each)));
  return (
    <div className={styles.weekdays}>
      {dayNames(locale).map((day, at) => {
        const hours = days[at] ?? null;
        return (
          <div key={day} className={styles.weekday}>
            <Checkbox
              checked={hours !== null}
              onChange={(event) => setDay(at, event.target.checked ? office : null)}
            >
              {day}
            </Checkbox>
            {hours === null ? (
              <span className={styles.faint}>{t('company.work.off')}</span>
            ) : (
              <>
                <Input
                  type="time"
                  className={styles.time}
                  aria-label={t('company.work.from', { day })}
                  value={toClock(hours.fromMinute)}
                  onChange={(event) =>
                    setDay(at, { ...hours, fromMinute: fromClock(event.target.value) ?? hours.fromMinute })
                  }
                />
                <span aria-hidden>–</span>
                <Input
                  type="time"
                  className={styles.time}
                  aria-label={t('company.work.to', { day })}
                  value={toClock(hours.toMinute)}
                  onChange={(event) =>
                    setDay(at, { ...hours, toMinute: endFromClock(event.target.value) ?? hours.toMinute })
                  }
                />
                {hours.toMinute < hours.fromMinute && (
                  <span className={styles.faint}>{t('company.hours.overMidnight')}</span>
                )}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
