/** Details of a service message, one click away: the template, its version, the values of its variables. */
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ServiceDetails.module.css';

export interface ServiceDetailsProps {
  templateName: string;
  templateVersion: number;
  variables: Readonly<Record<string, string>>;
}

export function ServiceDetails({ templateName, templateVersion, variables }: ServiceDetailsProps) {
  const { t } = useTranslation();
  const values = Object.entries(variables);
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('service.details')}</summary>
      <dl className={styles.list}>
        <dt>{t('service.details.template')}</dt>
        <dd>
          <bdi>{templateName}</bdi> · {t('service.details.version', { version: templateVersion })}
        </dd>
        {values.map(([name, value]) => (
          <div key={name} className={styles.variable}>
            <dt>
              <code>{`{${name}}`}</code>
            </dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {values.length === 0 && <p className={styles.none}>{t('service.details.noVariables')}</p>}
    </details>
  );
}
