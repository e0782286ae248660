/** Renames a folder, joins it with another one, or takes its answers out of folders. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CannedAnswers.module.css';
import { call, readAgain } from './cannedData.ts';

export interface RenameFolderDialogProps {
  isShared: boolean;
  folder: string;
  onClose: () => void;
  onDone: () => void;
}

export function RenameFolderDialog({ isShared, folder, onClose, onDone }: RenameFolderDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [to, setTo] = useState(folder);
  const isUnchanged = to.trim() === folder;
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (isUnchanged) return;
    const isRenamed = await save(async () => {
      await call('renameCannedFolder', { body: { isShared, from: folder, to } });
      await readAgain(queries);
    });
    if (isRenamed) onDone();
  };
  return (
    <Dialog title={t('canned.rename.title', { name: folder })} onClose={onClose}>
      <form className={styles.fields} onSubmit={(event) => void onSubmit(event)}>
        {problem && <Problem message={problem} />}
        <FormItem
          noPadding
          top={t('canned.rename.to')}
          htmlFor={`${id}-to`}
          bottomId={`${id}-hint`}
          bottom={t(isUnchanged ? 'canned.rename.same' : 'canned.rename.hint')}
        >
          <Input
            id={`${id}-to`}
            slotProps={{ input: { 'aria-describedby': `${id}-hint` } }}
            maxLength={limits.cannedFolderChars}
            autoComplete="off"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </FormItem>
        <Button type="submit" size="l" loading={isSaving} disabled={isUnchanged}>
          {t('common.save')}
        </Button>
      </form>
    </Dialog>
  );
}
