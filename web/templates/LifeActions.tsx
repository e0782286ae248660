/** Actions on a template for the signed-in person: save, submit, review, archive, export. */
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { RejectDialog } from './RejectDialog.tsx';
import styles from './TemplateEditor.module.css';
import { downloadTemplate } from './templateFiles.ts';
import { call } from './templatesData.ts';
import type { useTemplateEditor } from './useTemplateEditor.ts';

export interface LifeActionsProps {
  editor: ReturnType<typeof useTemplateEditor>;
  problemCount: number;
  /** True when every field is valid for sending; otherwise it shows the first invalid field. */
  isComplete: () => boolean;
}

export function LifeActions({ editor, problemCount, isComplete }: LifeActionsProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isRejecting, setIsRejecting] = useState(false);
  const { base, isBusy, isDirty } = editor;
  const status = base?.status ?? 'draft';
  const isReviewer = me.role === 'administrator';
  const isWritable = status !== 'onReview' && status !== 'archived';
  const isNextVersion = base !== null && status !== 'draft';
  const canSubmit = status === 'draft' || (isWritable && isDirty);
  const exportFile = async () => {
    if (!base) return;
    try {
      downloadTemplate(await call('exportTemplate', { params: { templateId: base.id } }));
    } catch (error) {
      editor.fail(error);
    }
  };
  return (
    <>
      {canSubmit && problemCount > 0 && (
        <span className={styles.count}>{t('templates.problems', { count: problemCount })}</span>
      )}
      {isWritable && (
        <Button
          mode="secondary"
          loading={isBusy}
          disabled={!isDirty}
          onClick={() => isComplete() && void editor.save()}
        >
          {isNextVersion ? t('templates.saveNext', { version: base.latestVersion + 1 }) : t('templates.save')}
        </Button>
      )}
      {canSubmit && (
        <Button
          disabled={isBusy || problemCount > 0}
          onClick={() => isComplete() && void editor.move('submit')}
        >
          {t('templates.submit')}
        </Button>
      )}
      {status === 'onReview' && (
        <Button mode="secondary" disabled={isBusy} onClick={() => void editor.move('withdraw')}>
          {t('templates.withdraw')}
        </Button>
      )}
      {isReviewer && status === 'onReview' && (
        <Button disabled={isBusy} onClick={() => void editor.decide({ decision: 'approve' })}>
          {t('templates.approve')}
        </Button>
      )}
      {isReviewer && (status === 'onReview' || status === 'approved') && (
        <Button
          mode="secondary"
          appearance="negative"
          disabled={isBusy || isDirty}
          onClick={() => setIsRejecting(true)}
        >
          {status === 'onReview' ? t('templates.reject') : t('templates.revoke')}
        </Button>
      )}
      {status === 'archived' && (
        <Button disabled={isBusy} onClick={() => void editor.move('restore')}>
          {t('templates.restore')}
        </Button>
      )}
      {base && status !== 'archived' && (
        <Button mode="tertiary" disabled={isBusy || isDirty} onClick={() => void editor.move('archive')}>
          {t('templates.archive')}
        </Button>
      )}
      {base && (
        <Button mode="tertiary" disabled={isBusy || isDirty} onClick={() => void exportFile()}>
          {t('templates.export')}
        </Button>
      )}
      {isRejecting && (
        <RejectDialog
          onClose={() => setIsRejecting(false)}
          onReject={(reason) => {
            setIsRejecting(false);
            void editor.decide({ decision: 'reject', reason });
          }}
        />
      )}
    </>
  );
}
