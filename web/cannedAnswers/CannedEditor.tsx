/** Makes or changes a canned answer: the form, and beside it what the client will see, with sample values. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input, NativeSelect, Textarea } from '@vkontakte/vkui';
import { type FormEvent, useId, useRef, useState } from 'react';
import { cannedVariableNames, cannedVariables } from '../../shared/cannedText.ts';
import { limits } from '../../shared/limits.ts';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { isBlank } from '../../shared/unseen.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CannedAnswers.module.css';
import { CannedPreview } from './CannedPreview.tsx';
import { call, readAgain } from './cannedData.ts';
import { type CannedDraft, draftOf, isSame, withVariable } from './draft.ts';
import { foldersOf } from './groups.ts';

export interface CannedEditorProps {
  held: CannedAnswerView | null;
  /** What was written and not saved before. */
  kept: CannedDraft | null;
  answers: readonly CannedAnswerView[];
  keepsShared: boolean;
  /** Called with each change, and with null when nothing is unsaved. */
  onDraft: (draft: CannedDraft | null) => void;
  onClose: () => void;
}

export function CannedEditor({ held, kept, answers, keepsShared, onDraft, onClose }: CannedEditorProps) {
  const { t, language } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const stored = draftOf(held, keepsShared, language);
  const [draft, setDraft] = useState<CannedDraft>(kept ?? stored);
  const [isChecked, setIsChecked] = useState(false);
  const [isConflict, setIsConflict] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const change = (part: Partial<CannedDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    onDraft(isSame(next, stored) ? null : next);
  };
  const isNameMissing = isBlank(draft.name);
  const isTextMissing = isBlank(draft.text);

  const submit = async (version: number) => {
    setIsChecked(true);
    if (isNameMissing || isTextMissing) {
      document.getElementById(isNameMissing ? `${id}-name` : `${id}-text`)?.focus();
      return;
    }
    const { isShared, folder, name, text } = draft;
    const isSaved = await save(async () => {
      try {
        const body = { isShared, folder, name, text };
        if (held)
          await call('changeCannedAnswer', {
            params: { cannedAnswerId: held.id },
            body: { ...body, version },
          });
        else await call('addCannedAnswer', { body });
      } catch (error) {
        setIsConflict(failureCodeOf(error) === 'cannedChanged');
        throw error;
      }
      await readAgain(queries);
    });
    if (!isSaved) return void readAgain(queries);
    onDraft(null);
    onClose();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit(draft.version);
  };
  const insert = (title: string) => {
    const field = area.current;
    if (!field) return;
    const { text, caret } = withVariable(draft.text, title, {
      start: field.selectionStart,
      end: field.selectionEnd,
    });
    change({ text });
    // After the text is drawn, so that the caret is behind the variable.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(caret, caret);
    });
  };

  return (
    <Dialog title={t(held ? 'canned.editor.title' : 'canned.editor.new')} isWide onClose={onClose}>
      <form className={styles.columns} noValidate onSubmit={onSubmit}>
        <div className={styles.fields}>
          {problem && <Problem message={problem} />}
          {isConflict && (
            <Button
              mode="secondary"
              onClick={() =>
                void submit(answers.find((one) => one.id === held?.id)?.version ?? draft.version)
              }
            >
              {t('canned.editor.overwrite')}
            </Button>
          )}
          {kept && !isSame(draft, stored) && (
            <p className={styles.kept} role="status">
              {t('canned.editor.kept')}{' '}
              <Button
                size="s"
                mode="tertiary"
                onClick={() => {
                  setDraft(stored);
                  onDraft(null);
                }}
              >
                {t('canned.editor.drop')}
              </Button>
            </p>
          )}
          {keepsShared && !held?.isShared && (
            <FormItem noPadding top={t('canned.editor.whose')} htmlFor={`${id}-whose`}>
              <NativeSelect
                id={`${id}-whose`}
                value={draft.isShared ? 'shared' : 'own'}
                onChange={({ target }) => change({ isShared: target.value === 'shared' })}
              >
                {(['shared', 'own'] as const).map((one) => (
                  <option key={one} value={one}>
                    {t(`canned.editor.whose.${one}`)}
                  </option>
                ))}
              </NativeSelect>
            </FormItem>
          )}
          <FormItem
            noPadding
            top={t('canned.editor.name')}
            htmlFor={`${id}-name`}
            bottomId={`${id}-name-hint`}
            status={isChecked && isNameMissing ? 'error' : 'default'}
            bottom={t(isChecked && isNameMissing ? 'canned.editor.nameMissing' : 'canned.editor.name.hint')}
          >
            <Input
              id={`${id}-name`}
              slotProps={{ input: { 'aria-describedby': `${id}-name-hint` } }}
              maxLength={limits.cannedNameChars}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          </FormItem>
          <FormItem
            noPadding
            top={t('canned.editor.folder')}
            htmlFor={`${id}-folder`}
            bottom={t('canned.editor.folder.hint')}
          >
            <Input
              id={`${id}-folder`}
              slotProps={{ input: { list: `${id}-folders` } }}
              maxLength={limits.cannedFolderChars}
              autoComplete="off"
              value={draft.folder}
              onChange={(event) => change({ folder: event.target.value })}
            />
          </FormItem>
          <datalist id={`${id}-folders`}>
            {foldersOf(answers, draft.isShared).map((folder) => (
              <option key={folder} value={folder} />
            ))}
          </datalist>
          <FormItem
            noPadding
            top={t('canned.editor.text')}
            htmlFor={`${id}-text`}
            bottomId={`${id}-text-hint`}
            status={isChecked && isTextMissing ? 'error' : 'default'}
            bottom={t(isChecked && isTextMissing ? 'canned.editor.textMissing' : 'canned.editor.text.hint')}
          >
            <Textarea
              id={`${id}-text`}
              slotProps={{ textArea: { 'aria-describedby': `${id}-text-hint` } }}
              getRef={area}
              rows={6}
              maxLength={limits.cannedTextChars}
              value={draft.text}
              onChange={(event) => change({ text: event.target.value })}
            />
          </FormItem>
          <div className={styles.inserts}>
            {cannedVariableNames.map((name) => {
              const title = cannedVariables[name][language];
              return (
                <Button
                  key={name}
                  size="s"
                  mode="outline"
                  aria-label={t('canned.editor.insert', { title })}
                  onClick={() => insert(title)}
                >
                  {`{${title}}`}
                </Button>
              );
            })}
          </div>
          <Button type="submit" size="l" loading={isSaving}>
            {t('common.save')}
          </Button>
        </div>
        <CannedPreview text={draft.text} />
      </form>
    </Dialog>
  );
}
