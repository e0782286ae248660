/** For administrators: access register, erasures, retention periods, encryption at rest (N17). */
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useDeskData } from '../../desk/useDeskData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { SettingsPage } from '../SettingsPage.tsx';
import { Erasures } from './Erasures.tsx';
import styles from './PersonalData.module.css';
import { erasuresQuery } from './personalDataQueries.ts';
import { RegisterList } from './RegisterList.tsx';
import { RetentionForm } from './RetentionForm.tsx';
import { StorageEncryption } from './StorageEncryption.tsx';

export function PersonalDataPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { clientId } = useSearch({ from: '/desk/settings/personal-data' });
  const isAllowed = me.role === 'administrator';
  const { data: erasures } = useQuery({ ...erasuresQuery, enabled: isAllowed });
  return (
    <SettingsPage title={t('personalData.title')} action={null}>
      <div className={styles.sections}>
        {clientId === undefined && isAllowed && <StorageEncryption />}
        <RegisterList clientId={clientId} />
        {clientId === undefined && erasures && <Erasures erasures={erasures} />}
        {clientId === undefined && <RetentionForm />}
      </div>
    </SettingsPage>
  );
}
