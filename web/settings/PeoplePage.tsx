/** For administrators: everyone who can sign in, with their roles. */
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { AddPersonDialog } from './AddPersonDialog.tsx';
import styles from './PersonRow.module.css';
import { PersonRow } from './PersonRow.tsx';
import { SettingsPage } from './SettingsPage.tsx';
import { peopleQuery } from './settingsData.ts';

export function PeoplePage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isAdding, setIsAdding] = useState(false);
  const { data, error, refetch } = useQuery({ ...peopleQuery, enabled: me.role === 'administrator' });
  return (
    <SettingsPage
      title={t('people.title')}
      action={<Button onClick={() => setIsAdding(true)}>{t('people.add')}</Button>}
    >
      {!data && error && <Failed title={t('people.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={180} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <ul className={styles.people}>
          {data.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
      )}
      {isAdding && <AddPersonDialog onClose={() => setIsAdding(false)} />}
    </SettingsPage>
  );
}
