/** Runs one change at a time and says in words how it went. */
import { useState } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from './notices.ts';
import { useErrorWords } from './useErrorMessages.ts';

export function useSaving() {
  const { t } = useTranslation();
  const notices = useNotices();
  const words = useErrorWords();
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
      setProblem(words(error));
      return false;
    } finally {
      setIsSaving(false);
    }
  };
  return { isSaving, problem, save };
}
