/** One line of the audit: the action, its subject with a link, the person and the time. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AuditLineView } from '../../shared/schemas/audit.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from '../settings/personalData/PersonalData.module.css';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import { labelOfAction } from './actionLabels.ts';
import { labelsOfDetails } from './detailLabels.ts';
import { endOfId, namedByAction } from './subjectLabels.ts';

export function AuditLine({ line }: { line: AuditLineView }) {
  const { at, action, subject, personId, personName, details } = line;
  const { t } = useTranslation();
  const locale = useLocale();
  const label = labelOfAction(action);
  const detailTexts = labelsOfDetails(details, { t, locale });
  return (
    <li className={styles.line}>
      <div>
        {label ? t(label) : action}
        {!namedByAction.includes(subject.kind) && (
          <>
            {' · '}
            <Subject subject={subject} />
          </>
        )}
        {detailTexts.length > 0 && <span className={styles.faint}> ({detailTexts.join('; ')})</span>}
      </div>
      <div className={styles.faint}>
        <bdi>{personId === null ? t('audit.deskItself') : personName}</bdi>
        {' · '}
        <time dateTime={at}>{fullTime(at, locale)}</time>
      </div>
    </li>
  );
}

function Subject({ subject: { kind, id, name } }: Pick<AuditLineView, 'subject'>): ReactNode {
  const { t } = useTranslation();
  switch (kind) {
    case 'template':
      return (
        <Link to="/templates/$templateId" params={{ templateId: id }} className={styles.link}>
          <bdi>{name}</bdi>
        </Link>
      );
    case 'mailing':
      return (
        <Link to="/mailings/$mailingId" params={{ mailingId: id }} className={styles.link}>
          <bdi>{name}</bdi>
        </Link>
      );
    case 'serviceMessage':
      return (
        <Link to="/deliveries/$messageId" params={{ messageId: id }} className={styles.link}>
          {t('audit.message', { value: endOfId(id) })}
        </Link>
      );
    case 'client':
      return (
        <Link to="/settings/personal-data" search={{ clientId: id }} className={styles.link}>
          {t('audit.client', { value: endOfId(id) })}
        </Link>
      );
    default:
      return <bdi>{name}</bdi>;
  }
}
