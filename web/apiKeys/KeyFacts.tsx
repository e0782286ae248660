/** A key's facts in lines: rights, rate, address, secrets, use. */

import type { ApiKeyView } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './KeyCard.module.css';

export function KeyFacts({ held }: { held: ApiKeyView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const replaced = held.secrets.find(
    ({ worksUntil }) => worksUntil !== null && Date.parse(worksUntil) > Date.now(),
  );
  const facts: [name: string, value: string][] = [
    [t('apiKeys.rights'), held.rights.map((right) => t(`apiKeys.right.${right}`)).join(', ')],
    [t('apiKeys.rate'), held.ratePerMinute.toLocaleString(locale)],
    [t('apiKeys.statusUrl'), held.statusUrl ?? t('apiKeys.none')],
    [t('apiKeys.made'), `${fullTime(held.createdAt, locale)}, ${held.createdBy}`],
    [t('apiKeys.lastUsed'), held.lastUsedAt ? fullTime(held.lastUsedAt, locale) : t('apiKeys.never')],
  ];
  if (held.requiresBodyHash) facts.push(['oauth_body_hash', t('apiKeys.required')]);
  if (replaced?.worksUntil)
    facts.push([
      t('apiKeys.oldSecret'),
      t('apiKeys.worksUntil', { time: fullTime(replaced.worksUntil, locale) }),
    ]);
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
