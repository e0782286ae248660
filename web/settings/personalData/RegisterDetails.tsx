/** What a line of the register says beside who and when: the reason, what was changed, what a file held. */
import { type DeliveryView, deliveryViews } from '../../../shared/schemas/deliveryView.ts';
import {
  clientChanges,
  erasureReasons,
  exportedFiles,
  type RegisterLine,
} from '../../../shared/schemas/personalData.ts';
import { serviceStatuses } from '../../../shared/v1/statuses.ts';
import { type Translation, useTranslation } from '../../i18n/useTranslation.ts';
import { fullTime } from '../../ui/formatTime.ts';
import { useLocale } from '../../ui/useLocale.ts';
import styles from './PersonalData.module.css';

type Value = RegisterLine['details'][string];

export function RegisterDetails({ details }: Pick<RegisterLine, 'details'>) {
  const { t } = useTranslation();
  const locale = useLocale();
  const words = Object.entries(details).flatMap(([name, value]) => wordsOf({ name, value, t, locale }) ?? []);
  return words.length > 0 && <span className={styles.faint}> ({words.join(', ')})</span>;
}

/** Null for what says nothing to a reader. */
function wordsOf({
  name,
  value,
  t,
  locale,
}: {
  name: string;
  value: Value;
  t: Translation['t'];
  locale: string;
}): string | null {
  if (value === null || value === '') return null;
  switch (name) {
    case 'reason':
      return isOf(erasureReasons, value) ? t(`personalData.reason.${value}`) : String(value);
    case 'what':
      if (isOf(clientChanges, value)) return t(`personalData.what.${value}`);
      return isOf(exportedFiles, value) ? t(`personalData.file.${value}`) : String(value);
    case 'view':
      return isOf<DeliveryView>(deliveryViews, value) && value !== 'all'
        ? t(`deliveries.view.${value}`)
        : null;
    case 'status':
      return isOf(serviceStatuses, value) ? t(`service.status.${value}`) : String(value);
    case 'network':
      return value === 'vk' || value === 'ok' ? t(`network.${value}`) : String(value);
    case 'from':
      return t('personalData.from', { time: fullTime(String(value), locale) });
    case 'to':
      return t('personalData.to', { time: fullTime(String(value), locale) });
    case 'rows':
      return t('personalData.rows', { rows: Number(value) });
    case 'byPhone':
      return value === true ? t('personalData.byPhone') : null;
    case 'phonesShown':
      return value === true ? t('personalData.phonesShown') : null;
    case 'textsShown':
      return value === true ? t('personalData.textsShown') : null;
    case 'isComplete':
      return value === false ? t('personalData.cutOff') : null;
    case 'mailingId':
      return null;
    default:
      return String(value);
  }
}

const isOf = <T extends string>(all: readonly T[], value: Value): value is T =>
  (all as readonly Value[]).includes(value);
