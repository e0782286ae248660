/** One event that could not be stored: its community, when and why, its raw text, and what to do with it. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { DeadLetterView } from '../../../shared/schemas/deadLetter.ts';
import { useDeskData } from '../../desk/useDeskData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { fullTime } from '../../ui/formatTime.ts';
import { Problem } from '../../ui/Problem.tsx';
import { useErrorMessages } from '../../ui/useErrorMessages.ts';
import { useLocale } from '../../ui/useLocale.ts';
import styles from './DeadLetters.module.css';
import { call, refreshDeadLetters } from './deadLettersData.ts';

export function DeadLetterItem({ letter }: { letter: DeadLetterView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const messageOf = useErrorMessages();
  const { communities } = useDeskData();
  const [raw, setRaw] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const params = { letterId: letter.id };
  const community = communities.find(({ id }) => id === letter.communityId)?.name ?? '';

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const toggle = () =>
    raw === null
      ? run(async () => setRaw((await call('readDeadLetter', { params })).raw))
      : Promise.resolve(setRaw(null));
  const retry = () =>
    run(async () => {
      const { letter: failed } = await call('retryDeadLetter', { params });
      if (failed) setProblem(t('deadLetters.stillFails'));
      await refreshDeadLetters(queries);
    });
  const drop = () =>
    run(async () => {
      await call('dropDeadLetter', { params });
      setAsking(false);
      await refreshDeadLetters(queries);
    });

  return (
    <li className={styles.line}>
      <div>
        {community !== '' && (
          <>
            <bdi>{community}</bdi>,{' '}
          </>
        )}
        {t(`network.${letter.network}`)}
        {' · '}
        {t(`deadLetters.cause.${letter.cause}`)}
      </div>
      <div className={styles.faint}>
        {letter.eventType}
        {' · '}
        <time dateTime={letter.at}>{fullTime(letter.at, locale)}</time>
        {' · '}
        {letter.errorName}
        {letter.errorCode !== null && `, ${t('deadLetters.code', { code: letter.errorCode })}`}
        {' · '}
        {t('deadLetters.tries', { number: letter.failures, time: fullTime(letter.lastAt, locale) })}
      </div>
      {!letter.canRetry && <p className={styles.faint}>{t('deadLetters.cut')}</p>}
      {problem && !isAsking && <Problem message={problem} />}
      {raw !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable box must be reachable by keyboard
        <section className={styles.raw} aria-label={t('deadLetters.raw')} tabIndex={0}>
          {raw}
        </section>
      )}
      <div className={styles.actions}>
        {letter.canRetry && (
          <Button mode="secondary" loading={isBusy} onClick={() => void retry()}>
            {t('deadLetters.retry')}
          </Button>
        )}
        <Button mode="tertiary" disabled={isBusy} onClick={() => void toggle()}>
          {t(raw === null ? 'deadLetters.show' : 'deadLetters.hide')}
        </Button>
        <Button mode="tertiary" appearance="negative" disabled={isBusy} onClick={() => setAsking(true)}>
          {t('deadLetters.drop')}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t('deadLetters.drop.title')}
          action={t('deadLetters.drop')}
          isBusy={isBusy}
          problem={problem}
          onConfirm={() => void drop()}
          onClose={() => setAsking(false)}
        >
          {t('deadLetters.drop.text')}
        </ConfirmDialog>
      )}
    </li>
  );
}
