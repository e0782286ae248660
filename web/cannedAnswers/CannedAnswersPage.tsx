/** Everybody's page of canned answers: by folder, searched and filtered, with the actions on each. */
import { useQuery } from '@tanstack/react-query';
import { Button, FormItem, Input, NativeSelect, Placeholder, Skeleton } from '@vkontakte/vkui';
import { useDeferredValue, useId, useMemo, useRef, useState } from 'react';
import { toShownText } from '../../shared/cannedText.ts';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { csvOf, download } from '../ui/csvFile.ts';
import { Failed } from '../ui/Failed.tsx';
import { isOf } from '../ui/isOf.ts';
import listStyles from '../ui/ListPage.module.css';
import { Page } from '../ui/Page.tsx';
import { useReturningDialog } from '../ui/useReturningDialog.ts';
import styles from './CannedAnswers.module.css';
import { CannedDialogs, type OpenDialog } from './CannedDialogs.tsx';
import { CannedRow } from './CannedRow.tsx';
import { cannedQuery } from './cannedData.ts';
import { groupsOf, type Whose, whoseOptions } from './groups.ts';
import { createCannedIndex } from './matchCanned.ts';

export function CannedAnswersPage() {
  const { t, language } = useTranslation();
  const { me } = useDeskData();
  const id = useId();
  // Uses are counted without an announcement.
  const { data, error, refetch } = useQuery({ ...cannedQuery, refetchOnMount: 'always' });
  const [whose, setWhose] = useState<Whose>('all');
  const [search, setSearch] = useState('');
  const asked = useDeferredValue(search);
  const searchRef = useRef<HTMLInputElement>(null);
  const dialog = useReturningDialog<OpenDialog>(() => searchRef.current);
  const keepsShared = me.role !== 'agent';

  const ofWhose = useMemo(
    () => data?.filter(({ isShared }) => whose === 'all' || isShared === (whose === 'shared')),
    [data, whose],
  );
  const found = useMemo(() => {
    if (!ofWhose || asked.trim() === '') return ofWhose;
    return createCannedIndex(ofWhose, (text) => toShownText(text, language)).find(asked);
  }, [ofWhose, asked, language]);

  const exportCsv = (answers: readonly CannedAnswerView[]) => {
    const rows = answers.map(({ folder, name, text, uses }) => [
      folder,
      name,
      toShownText(text, language),
      String(uses),
    ]);
    const head = (['folder', 'name', 'text', 'uses'] as const).map((column) => t(`canned.column.${column}`));
    download('canned-answers.csv', csvOf([head, ...rows], language));
  };

  return (
    <Page
      title={t('nav.canned')}
      isAllowed
      actions={
        <>
          {ofWhose && ofWhose.length > 0 && (
            <Button mode="tertiary" onClick={() => exportCsv(ofWhose)}>
              {t('canned.export')}
            </Button>
          )}
          <Button mode="secondary" onClick={() => dialog.open({ kind: 'import' })}>
            {t('canned.import')}
          </Button>
          <Button onClick={() => dialog.open({ kind: 'edit', answer: null })}>{t('canned.add')}</Button>
        </>
      }
    >
      <p className={styles.about}>{t('canned.about')}</p>
      <div className={listStyles.filters}>
        <FormItem noPadding top={t('canned.search')} htmlFor={`${id}-search`} className={listStyles.search}>
          <Input
            id={`${id}-search`}
            type="search"
            getRef={searchRef}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </FormItem>
        <FormItem noPadding top={t('canned.whose')} htmlFor={`${id}-whose`}>
          <NativeSelect
            id={`${id}-whose`}
            value={whose}
            onChange={({ target }) => setWhose(isOf(whoseOptions, target.value) ? target.value : 'all')}
          >
            {whoseOptions.map((one) => (
              <option key={one} value={one}>
                {t(`canned.whose.${one}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
      </div>
      {!found && error && <Failed title={t('canned.failed')} error={error} onRetry={() => void refetch()} />}
      {!found && !error && <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />}
      {found?.length === 0 &&
        (data?.length === 0 ? (
          <Placeholder title={t('canned.empty')}>{t('canned.empty.hint')}</Placeholder>
        ) : (
          <Placeholder title={t('canned.empty.filtered')} />
        ))}
      {found &&
        groupsOf(found, asked.trim() === '').map(({ key, isShared, folder, answers }) => {
          const title = `${t(isShared ? 'canned.whose.shared' : 'canned.whose.own')} · ${folder || t('canned.noFolder')}`;
          const mayChange = !isShared || keepsShared;
          return (
            <section key={key} className={styles.group} aria-label={title}>
              <div className={styles.groupHead}>
                <h2 className={styles.groupTitle}>{title}</h2>
                {mayChange && folder !== '' && (
                  <Button
                    size="s"
                    mode="tertiary"
                    aria-label={t('canned.rename.of', { name: folder })}
                    onClick={() => dialog.open({ kind: 'rename', isShared, folder })}
                  >
                    {t('canned.rename')}
                  </Button>
                )}
              </div>
              <ul className={listStyles.list}>
                {answers.map((answer) => (
                  <CannedRow key={answer.id} answer={answer} mayChange={mayChange} onOpen={dialog.open} />
                ))}
              </ul>
            </section>
          );
        })}
      <CannedDialogs dialog={dialog} answers={data ?? []} keepsShared={keepsShared} />
    </Page>
  );
}
