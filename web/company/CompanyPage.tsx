/** For administrators: the company's name and hours, bank flag and block list. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { Failed } from '../ui/Failed.tsx';
import { BankFlag } from './BankFlag.tsx';
import { BlockList } from './BlockList.tsx';
import { CompanyChanges } from './CompanyChanges.tsx';
import { CompanyForm } from './CompanyForm.tsx';
import { companyQuery } from './companyData.ts';
import { WorkingTimeForm } from './WorkingTimeForm.tsx';

export function CompanyPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { data, error, refetch } = useQuery({ ...companyQuery, enabled: me.role === 'administrator' });
  return (
    <SettingsPage title={t('company.title')} action={null}>
      {!data && error && <Failed title={t('company.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <>
          <CompanyForm company={data} />
          <WorkingTimeForm />
          <BankFlag company={data} />
          <BlockList />
          <CompanyChanges />
        </>
      )}
    </SettingsPage>
  );
}
