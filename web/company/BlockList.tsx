/** The block list: phones that the company does not write to. Add, find, remove. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import { type BlockedPhoneView, companyLimits } from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { PagedLines } from '../ui/PagedLines.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useSaving } from '../ui/useSaving.ts';
import { BlockedPhoneItem } from './BlockedPhoneItem.tsx';
import styles from './CompanyPage.module.css';
import { blockedPhonesQuery, call, refreshBlockedPhones } from './companyData.ts';

export function BlockList() {
  const { t } = useTranslation();
  const headingId = useId();
  const blocked = useInfiniteQuery(blockedPhonesQuery);
  const phones = blocked.data?.pages.flatMap((page) => page.phones) ?? [];
  return (
    <section className={styles.card} aria-labelledby={headingId}>
      <h2 className={styles.heading} id={headingId}>
        {t('company.blocked.title')}
      </h2>
      <p className={styles.about}>{t('company.blocked.about')}</p>
      <BlockForm />
      <PagedLines
        query={blocked}
        classes={{ list: styles.list, faint: `${styles.faint} ${styles.found}` }}
        labels={{
          failed: t('company.blocked.failed'),
          empty: t('company.blocked.empty'),
          more: t('company.blocked.more'),
        }}
      >
        {phones.map((each) => (
          <BlockedPhoneItem key={each.id} blocked={each} />
        ))}
      </PagedLines>
    </section>
  );
}

function BlockForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const messageOf = useErrorMessages();
  const id = useId();
  const { isSaving, problem, save } = useSaving();
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  /** The result of the search; undefined before one. */
  const [found, setFound] = useState<BlockedPhoneView | null | undefined>();
  const [searchProblem, setSearchProblem] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setFound(undefined);
    setSearchProblem(null);
    const isDone = await save(async () => {
      await call('blockPhone', { body: { phone, reason } });
      await refreshBlockedPhones(queries);
    });
    if (!isDone) return;
    setPhone('');
    setReason('');
  };
  const find = async () => {
    setSearchProblem(null);
    try {
      setFound((await call('findBlockedPhone', { body: { phone } })).found);
    } catch (error) {
      setFound(undefined);
      setSearchProblem(messageOf(error));
    }
  };
  const wrong = problem ?? searchProblem;

  return (
    <form onSubmit={(event) => void onSubmit(event)}>
      <div className={styles.row}>
        <FormItem noPadding top={t('company.blocked.phone')} htmlFor={`${id}-phone`} className={styles.grow}>
          <Input
            id={`${id}-phone`}
            type="tel"
            autoComplete="off"
            required
            maxLength={32}
            placeholder="+7 900 000-00-00"
            value={phone}
            onChange={(event) => {
              setPhone(event.target.value);
              setFound(undefined);
            }}
          />
        </FormItem>
        <FormItem
          noPadding
          top={t('company.blocked.reason')}
          htmlFor={`${id}-reason`}
          className={styles.grow}
        >
          <Input
            id={`${id}-reason`}
            autoComplete="off"
            maxLength={companyLimits.reasonChars}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </FormItem>
      </div>
      <div className={`${styles.row} ${styles.found}`}>
        <Button type="submit" loading={isSaving}>
          {t('company.blocked.add')}
        </Button>
        <Button mode="secondary" disabled={phone.trim() === ''} onClick={() => void find()}>
          {t('company.blocked.find')}
        </Button>
      </div>
      {wrong && (
        <p role="alert" className={`${styles.problem} ${styles.found}`}>
          {t('actions.failed', { reason: wrong })}
        </p>
      )}
      {found === null && (
        <p role="status" className={styles.found}>
          {t('company.blocked.notThere')}
        </p>
      )}
      {found && (
        <ul className={styles.list} aria-label={t('company.blocked.found')}>
          <BlockedPhoneItem blocked={found} onRemoved={() => setFound(undefined)} />
        </ul>
      )}
    </form>
  );
}
