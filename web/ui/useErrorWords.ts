/** Any failed call in the reader's words, by its code alone. */
import { useTranslation } from 'react-i18next';
import { type CallFailureCode, failureCodeOf } from '../connection/apiError.ts';

export function useErrorWords(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => t(`error.${failureCodeOf(error)}`);
}

export function useCodeWords(): (code: CallFailureCode) => string {
  const { t } = useTranslation();
  return (code) => t(`error.${code}`);
}
