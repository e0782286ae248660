/** Says why a file was not attached. */

import { limits } from '../../shared/limits.ts';
import type { AttachProblem } from '../desk/pendingAttachments.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize } from '../ui/formatTime.ts';
import { useNotices } from '../ui/notices.ts';
import { useLocale } from '../ui/useLocale.ts';

export function useAttachProblems(): (problems: readonly AttachProblem[]) => void {
  const { t } = useTranslation();
  const locale = useLocale();
  const notices = useNotices();
  return (problems) => {
    for (const problem of problems) {
      notices.show(
        problem.kind === 'tooMany'
          ? t('composer.tooManyFiles', { max: limits.attachmentsPerAnswer })
          : t('composer.fileTooBig', {
              name: problem.fileName,
              size: fileSize(limits.uploadBytes, locale),
            }),
      );
    }
  };
}
