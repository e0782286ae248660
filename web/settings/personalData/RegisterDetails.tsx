/** The details of a register line: the reason, the change, or the content of a file. */
import {
  clientChanges,
  erasureReasons,
  exportedFiles,
  type RegisterLine,
} from '../../../shared/schemas/personalData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { isOf } from '../../ui/isOf.ts';
import { useLocale } from '../../ui/useLocale.ts';
import { type DetailLabel, fileLabels } from '../fileLabels.ts';
import styles from './PersonalData.module.css';

export function RegisterDetails({ details }: Pick<RegisterLine, 'details'>) {
  const { t } = useTranslation();
  const locale = useLocale();
  const labels = Object.entries(details).flatMap(([name, value]) =>
    value === null || value === '' ? [] : (labelOf(name)(value, { t, locale }) ?? []),
  );
  return labels.length > 0 && <span className={styles.faint}> ({labels.join(', ')})</span>;
}

const registerLabels: Record<string, DetailLabel> = {
  ...fileLabels,
  reason: (value, { t }) => (isOf(erasureReasons, value) ? t(`personalData.reason.${value}`) : String(value)),
  what: (value, { t }) => {
    if (isOf(clientChanges, value)) return t(`personalData.what.${value}`);
    return isOf(exportedFiles, value) ? t(`personalData.file.${value}`) : String(value);
  },
  phonesShown: (value, { t }) => (value === true ? t('personalData.phonesShown') : null),
  textsShown: (value, { t }) => (value === true ? t('personalData.textsShown') : null),
  mailingId: () => null,
};

const labelOf = (name: string): DetailLabel =>
  Object.hasOwn(registerLabels, name) ? registerLabels[name]! : (value) => String(value);
