/** Imports a file, and says what came of it: how many answers were added, or which rows are wrong. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, FormStatus, NativeSelect } from '@vkontakte/vkui';
import { type ChangeEvent, useId, useRef, useState } from 'react';
import { toShownText } from '../../shared/cannedText.ts';
import type { CannedImportAnswer, CannedRowProblem } from '../../shared/schemas/cannedAnswer.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { csvOf, download } from '../ui/csvFile.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import styles from './CannedAnswers.module.css';
import { readAgain } from './cannedData.ts';
import { importFile } from './importFile.ts';

export function ImportDialog({ keepsShared, onClose }: { keepsShared: boolean; onClose: () => void }) {
  const { t, language } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const { isBusy, problem, run } = useOneAtATime();
  const [isShared, setIsShared] = useState(keepsShared);
  const [result, setResult] = useState<CannedImportAnswer | null>(null);

  const onChoose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (!file) return;
    setResult(null);
    void run(async () => {
      setResult(await importFile(file, isShared ? 'shared' : 'own'));
      await readAgain(queries);
    });
  };
  const downloadSample = () => {
    const columns = ['folder', 'name', 'text'] as const;
    download(
      'canned-answers-sample.csv',
      csvOf(
        [
          columns.map((column) => t(`canned.column.${column}`)),
          columns.map((column) => toShownText(t(`canned.sample.${column}`), language)),
        ],
        language,
      ),
    );
  };

  return (
    <Dialog title={t('canned.import.title')} onClose={onClose}>
      <div className={styles.fields}>
        <p className={styles.about}>{t('canned.import.about')}</p>
        {keepsShared && (
          <FormItem noPadding top={t('canned.import.whose')} htmlFor={`${id}-whose`}>
            <NativeSelect
              id={`${id}-whose`}
              value={isShared ? 'shared' : 'own'}
              onChange={({ target }) => setIsShared(target.value === 'shared')}
            >
              {(['shared', 'own'] as const).map((one) => (
                <option key={one} value={one}>
                  {t(`canned.whose.${one}`)}
                </option>
              ))}
            </NativeSelect>
          </FormItem>
        )}
        {problem && <Problem message={problem} />}
        {result && <ImportResult result={result} />}
        <div className={styles.inserts}>
          <Button size="l" loading={isBusy} onClick={() => input.current?.click()}>
            {t('canned.import.choose')}
          </Button>
          <Button size="l" mode="tertiary" onClick={downloadSample}>
            {t('canned.import.sample')}
          </Button>
        </div>
        <input
          ref={input}
          type="file"
          accept=".csv,.xlsx,text/csv"
          hidden
          aria-label={t('canned.import.choose')}
          onChange={onChoose}
        />
      </div>
    </Dialog>
  );
}

function ImportResult({ result: { problems, problemCount, ...counts } }: { result: CannedImportAnswer }) {
  const { t } = useTranslation();
  if (problemCount === 0)
    return (
      <div role="status">
        <FormStatus title={t('canned.import.done', counts)} />
      </div>
    );
  const textOf = ({ code, limit = 0, actual = 0 }: CannedRowProblem) =>
    t(`canned.problem.${code}`, { limit, actual });
  return (
    <div role="alert">
      <FormStatus mode="error" title={t('canned.import.wrong', { count: problemCount })} />
      <ul className={styles.problems}>
        {problems.map((one) => (
          <li key={`${one.row}:${one.code}`}>
            {t('canned.import.row', { row: one.row, problem: textOf(one) })}
          </li>
        ))}
      </ul>
      {problemCount > problems.length && t('canned.import.first', { count: problems.length })}
    </div>
  );
}
