/** For supervisors and administrators: every list, and the way to add one from a file. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Placeholder, Skeleton } from '@vkontakte/vkui';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailingView } from '../../shared/schemas/mailing.ts';
import { TemplatesFrame } from '../templates/TemplatesFrame.tsx';
import styles from '../templates/TemplatesPage.module.css';
import { Failed } from '../ui/Failed.tsx';
import { shortDate } from '../ui/formatTime.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorWords } from '../ui/useErrorWords.ts';
import { useLocale } from '../ui/useLocale.ts';
import { mailingsQuery, storeMailing, uploadList } from './mailingsData.ts';

export function MailingsPage() {
  const { t } = useTranslation();
  return (
    <TemplatesFrame title={t('mailings.title')} actions={<AddList />}>
      <Lists />
    </TemplatesFrame>
  );
}

function AddList() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const words = useErrorWords();
  const input = useRef<HTMLInputElement>(null);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const takeFile = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (!file) return;
    setProblem(null);
    setLoading(true);
    try {
      const made = await uploadList(file);
      storeMailing(queries, made);
      await navigate({ to: '/mailings/$mailingId', params: { mailingId: made.id } });
    } catch (error) {
      setProblem(words(error));
    } finally {
      setLoading(false);
    }
  };
  return (
    <>
      <Button loading={isLoading} onClick={() => input.current?.click()}>
        {t('mailings.add')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv"
        hidden
        aria-label={t('mailings.add')}
        onChange={(event) => void takeFile(event)}
      />
      {problem && <Problem words={problem} />}
    </>
  );
}

function Lists() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(mailingsQuery);
  if (!data && error)
    return <Failed title={t('mailings.failed')} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />;
  if (data.length === 0)
    return <Placeholder title={t('mailings.empty')}>{t('mailings.add.hint')}</Placeholder>;
  return (
    <ul className={styles.list} aria-label={t('mailings.title')}>
      {data.map((mailing) => (
        <Row key={mailing.id} mailing={mailing} />
      ))}
    </ul>
  );
}

function Row({ mailing }: { mailing: MailingView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <li>
      <Link to="/mailings/$mailingId" params={{ mailingId: mailing.id }} className={styles.row}>
        <span className={styles.rowHead}>
          <span className={styles.rowTitle}>
            <bdi>{mailing.fileName}</bdi>
          </span>
          <span className={styles.status} data-status={mailing.state === 'done' ? 'approved' : undefined}>
            {t(`mailings.state.${mailing.state}`)}
          </span>
        </span>
        <span className={styles.faint}>
          {[
            t('mailings.rows', { rows: mailing.rows.toLocaleString(locale) }),
            mailing.columns?.template,
            mailing.createdBy,
            shortDate(mailing.createdAt, locale),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </Link>
    </li>
  );
}
