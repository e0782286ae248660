/** Who changed the company's settings and when, from the audit. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import { useId } from 'react';
import type { CompanyChange } from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { dayNames, fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CompanyPage.module.css';
import { companyChangesQuery } from './companyData.ts';

export function CompanyChanges() {
  const { t } = useTranslation();
  const locale = useLocale();
  const headingId = useId();
  const textOf = useChangeText();
  const { data, error, refetch } = useQuery(companyChangesQuery);
  return (
    <section className={styles.card} aria-labelledby={headingId}>
      <h2 className={styles.heading} id={headingId}>
        {t('company.changes.title')}
      </h2>
      {!data && error && (
        <Failed title={t('company.changes.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={48} borderRadius={8} aria-label={t('common.loading')} />}
      {data?.length === 0 && <p className={styles.about}>{t('company.changes.empty')}</p>}
      {data && data.length > 0 && (
        <ul className={styles.list}>
          {data.map((change) => (
            <li key={change.id} className={styles.item}>
              <div className={styles.facts}>
                {textOf(change)}
                <div className={styles.faint}>
                  <bdi>{change.personName}</bdi>, {fullTime(change.at, locale)}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function useChangeText(): (change: CompanyChange) => string {
  const { t } = useTranslation();
  const names = dayNames(useLocale());
  return ({ action, details }) => {
    const detailText = (detail: string) => String(details[detail] ?? '');
    switch (action) {
      case 'company.bankSet':
        return t('company.change.bankSet');
      case 'company.bankLifted':
        return t('company.change.bankLifted');
      case 'company.phoneBlocked':
        return t('company.change.phoneBlocked', { phone: detailText('phone') });
      case 'company.phoneUnblocked':
        return t('company.change.phoneUnblocked', { phone: detailText('phone') });
    }
    const days = detailText('days')
      .split(',')
      .map((day) => names[Number(day) - 1])
      .join(', ');
    const parts = [
      'name' in details && t('company.change.name', { name: detailText('name') }),
      'timeZone' in details && t('company.change.timeZone', { zone: detailText('timeZone') }),
      details.hours === null && t('company.change.noHours'),
      details.hours && t('company.change.hours', { hours: detailText('hours'), days }),
      details.workingHours === null && t('company.change.alwaysWorking'),
      details.workingHours && t('company.change.workingHours', { hours: detailText('workingHours') }),
      'holidays' in details && t('company.change.holidays', { number: detailText('holidays') }),
      'targets' in details && t('company.change.targets', { targets: detailText('targets') }),
      'targetCommunities' in details &&
        t('company.change.targetCommunities', { number: detailText('targetCommunities') }),
    ];
    return parts.filter(Boolean).join('; ');
  };
}
