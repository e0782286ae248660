/** Formats the error of a failed call in the reader's language, by its code and its named problems. */
import { problemMessages } from '../../shared/templates/messages.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ApiError, type CallFailureCode, failureCodeOf } from './apiError.ts';

export function useErrorMessages(): (error: unknown) => string {
  const { t, language } = useTranslation();
  return (error) => {
    const problems = error instanceof ApiError ? error.problems : [];
    if (problems.length > 0) return problems.map((problem) => problemMessages(problem, language)).join('; ');
    return t(`error.${failureCodeOf(error)}`);
  };
}

export function useCodeMessages(): (code: CallFailureCode) => string {
  const { t } = useTranslation();
  return (code) => t(`error.${code}`);
}
