/** The dialogs of the page. A text that was not saved is kept until the page is left. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import type { ReturningDialog } from '../ui/useReturningDialog.ts';
import { CannedEditor } from './CannedEditor.tsx';
import { call, readAgain } from './cannedData.ts';
import type { CannedDraft } from './draft.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { RenameFolderDialog } from './RenameFolderDialog.tsx';

export type OpenDialog =
  | { kind: 'edit'; answer: CannedAnswerView | null }
  | { kind: 'delete'; answer: CannedAnswerView }
  | { kind: 'rename'; isShared: boolean; folder: string }
  | { kind: 'import' };

export interface CannedDialogsProps {
  dialog: ReturningDialog<OpenDialog>;
  answers: readonly CannedAnswerView[];
  keepsShared: boolean;
}

export function CannedDialogs({ dialog, answers, keepsShared }: CannedDialogsProps) {
  /** By the id of the answer; a new one has none. */
  const unsaved = useRef(new Map<string, CannedDraft>());
  const { shown, close, done } = dialog;
  switch (shown?.kind) {
    case 'edit': {
      const key = shown.answer?.id ?? '';
      return (
        <CannedEditor
          held={shown.answer}
          kept={unsaved.current.get(key) ?? null}
          answers={answers}
          keepsShared={keepsShared}
          onDraft={(draft) => {
            if (draft) unsaved.current.set(key, draft);
            else unsaved.current.delete(key);
          }}
          onClose={close}
        />
      );
    }
    case 'delete':
      return <DeleteDialog answer={shown.answer} onClose={close} onDone={done} />;
    case 'rename':
      return <RenameFolderDialog {...shown} onClose={close} onDone={done} />;
    case 'import':
      return <ImportDialog keepsShared={keepsShared} onClose={close} />;
    default:
      return null;
  }
}

interface DeleteDialogProps {
  answer: CannedAnswerView;
  onClose: () => void;
  onDone: () => void;
}

function DeleteDialog({ answer: { id, name, isShared }, onClose, onDone }: DeleteDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const { isBusy, problem, run } = useOneAtATime();
  const confirm = () =>
    run(async () => {
      await call('deleteCannedAnswer', { params: { cannedAnswerId: id } });
      await readAgain(queries);
      notices.show(t('canned.deleted'), 'done');
      onDone();
    });
  return (
    <ConfirmDialog
      title={t('canned.delete.title')}
      action={t('canned.delete')}
      isBusy={isBusy}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {t(isShared ? 'canned.delete.shared' : 'canned.delete.own', { name })}
    </ConfirmDialog>
  );
}
