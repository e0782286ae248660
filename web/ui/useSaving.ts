/** Saves one change at a time. A success shows a notice; a failure is returned as a message. */
import { useState } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from './notices.ts';
import { useErrorMessages } from './useErrorMessages.ts';

export function useSaving() {
  const { t } = useTranslation();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isSaving, setIsSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  /** True when it worked. */
  const save = async (work: () => Promise<void>): Promise<boolean> => {
    setIsSaving(true);
    setProblem(null);
    try {
      await work();
      notices.show(t('common.saved'), 'done');
      return true;
    } catch (error) {
      setProblem(messageOf(error));
      return false;
    } finally {
      setIsSaving(false);
    }
  };
  return { isSaving, problem, save };
}
