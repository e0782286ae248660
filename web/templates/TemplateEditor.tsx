/** The editor: the form, the preview beside it, and the template's actions above. */
import { Link } from '@tanstack/react-router';
import { Button, FormItem, FormStatus, Input } from '@vkontakte/vkui';
import { useId, useRef } from 'react';
import { type TemplateView, templateName } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { templateProblems } from '../../shared/templates/problems.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Problem } from '../ui/Problem.tsx';
import { ButtonFields } from './ButtonFields.tsx';
import { asStored } from './draft.ts';
import { ImageFields } from './ImageFields.tsx';
import { LeaveGuard } from './LeaveGuard.tsx';
import { LifeActions } from './LifeActions.tsx';
import { Preview } from './Preview.tsx';
import { SendingFields } from './SendingFields.tsx';
import { SupervisorPage } from './SupervisorPage.tsx';
import styles from './TemplateEditor.module.css';
import { StatusMark } from './TemplateListRow.tsx';
import { TextFields } from './TextFields.tsx';
import { useTemplateEditor } from './useTemplateEditor.ts';
import { VariableFields } from './VariableFields.tsx';
import { VersionHistory } from './VersionHistory.tsx';

export function TemplateEditor({ held }: { held: TemplateView | null }) {
  const { t } = useTranslation();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const editor = useTemplateEditor(held);
  const { base, draft, images, isDirty } = editor;
  const { content } = draft;
  const isLocked = base?.status === 'onReview' || base?.status === 'archived';
  const problems = templateProblems(asStored(content));
  // An untouched form shows no errors about empty fields.
  const shown = base || isDirty ? problems : [];
  const part = { content, problems: shown, onChange: editor.changeContent };
  const isNameWrong = draft.name !== '' && !templateName.safeParse(draft.name.trim()).success;
  return (
    <SupervisorPage
      title={base ? base.title : t('templates.add')}
      isWide
      actions={
        <LifeActions
          editor={editor}
          problemCount={shown.length}
          isComplete={() => form.current?.reportValidity() ?? false}
        />
      }
    >
      <LeaveGuard isDirty={editor.guarded} />
      <div className={styles.state}>
        <Link to="/templates" className={styles.back}>
          ← {t('templates.back')}
        </Link>
        {base && (
          <>
            <StatusMark status={base.status} />
            <span className={styles.hint}>
              {base.name} · {t('templates.version', { version: base.latestVersion })}
              {base.approvedVersion !== null &&
                ` · ${t('templates.inUse', { version: base.approvedVersion })}`}
            </span>
          </>
        )}
        <span className={styles.hint} role="status">
          {isDirty && t('templates.unsaved')}
          {!isDirty && base?.status === 'draft' && problems.length === 0 && t('templates.noProblems')}
        </span>
      </div>
      {base?.status === 'rejected' && base.reason && (
        <Problem message={t('templates.reason', { reason: base.reason })} />
      )}
      {base?.status === 'onReview' && (
        <FormStatus className={styles.note} title={t('templates.onReview.note')} />
      )}
      {base?.status === 'archived' && (
        <FormStatus className={styles.note} title={t('templates.archived.note')} />
      )}
      {editor.problem && <Problem message={editor.problem} />}
      {editor.isConflict && (
        <div className={styles.conflict}>
          <Problem message={t('templates.conflict')} />
          <Button mode="secondary" onClick={() => void editor.showTheirs()}>
            {t('templates.conflict.theirs')}
          </Button>
          <Button mode="secondary" onClick={() => void editor.saveOver()}>
            {t('templates.conflict.mine')}
          </Button>
        </div>
      )}
      <div className={styles.columns}>
        <form
          ref={form}
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void editor.save();
          }}
        >
          <fieldset
            className={styles.whole}
            data-locked={isLocked}
            disabled={isLocked || editor.isBusy}
            aria-label={t('templates.title')}
          >
            <div className={styles.pair}>
              <FormItem noPadding top={t('templates.titleField')} htmlFor={`${id}-title`}>
                <Input
                  id={`${id}-title`}
                  required
                  maxLength={templateLimits.titleChars}
                  value={draft.title}
                  onChange={(event) => editor.change({ title: event.target.value })}
                />
              </FormItem>
              {!base && (
                <FormItem
                  noPadding
                  top={t('templates.name')}
                  htmlFor={`${id}-name`}
                  status={isNameWrong ? 'error' : 'default'}
                  bottom={isNameWrong ? t('templates.name.wrong') : t('templates.name.hint')}
                >
                  <Input
                    slotProps={{ input: { title: t('templates.name.wrong') } }}
                    id={`${id}-name`}
                    required
                    pattern="[a-z][a-zA-Z0-9_.\-]*"
                    autoComplete="off"
                    maxLength={templateLimits.nameChars}
                    value={draft.name}
                    onChange={(event) => editor.change({ name: event.target.value })}
                  />
                </FormItem>
              )}
            </div>
            <TextFields {...part} />
            <VariableFields {...part} />
            <ImageFields {...part} images={images} onTaken={editor.addImage} />
            <ButtonFields {...part} />
            <SendingFields {...part} />
          </fieldset>
        </form>
        <div className={styles.side}>
          <Preview content={content} images={images} />
        </div>
      </div>
      {base && <VersionHistory templateId={base.id} revision={base.revision} />}
    </SupervisorPage>
  );
}
