/** The bank flag (N7: a bank has no daily quota); clearing it needs a confirmation. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormStatus } from '@vkontakte/vkui';
import { useId, useState } from 'react';
import type { CompanyView } from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CompanyPage.module.css';
import { call, storeCompany } from './companyData.ts';

export function BankFlag({ company }: { company: CompanyView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const headingId = useId();
  const [isAsking, setIsAsking] = useState(false);
  const { isBank, bankChange } = company;
  return (
    <section className={styles.card} aria-labelledby={headingId}>
      <h2 className={styles.heading} id={headingId}>
        {t('company.bank.title')}
      </h2>
      <p className={styles.about}>{t('company.bank.about')}</p>
      <p className={styles.state}>
        {t(isBank ? 'company.bank.isOn' : 'company.bank.isOff')}
        {bankChange && (
          <span className={styles.faint}>
            {' · '}
            {bankChange.personName}, {fullTime(bankChange.at, locale)}
          </span>
        )}
      </p>
      <Button mode="secondary" onClick={() => setIsAsking(true)}>
        {t(isBank ? 'company.bank.setBack' : 'company.bank.set')}
      </Button>
      {isAsking && <BankDialog isBank={!isBank} onClose={() => setIsAsking(false)} />}
    </section>
  );
}

function BankDialog({ isBank, onClose }: { isBank: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const change = async () => {
    const isDone = await save(async () =>
      storeCompany(queries, await call('changeBankFlag', { body: { isBank } })),
    );
    if (isDone) onClose();
  };
  return (
    <Dialog title={t(isBank ? 'company.bank.set.title' : 'company.bank.setBack.title')} onClose={onClose}>
      <div className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <p className={styles.note}>{t(isBank ? 'company.bank.set.about' : 'company.bank.setBack.about')}</p>
        <Button size="l" loading={isSaving} onClick={() => void change()}>
          {t(isBank ? 'company.bank.set.do' : 'company.bank.setBack.do')}
        </Button>
      </div>
    </Dialog>
  );
}
