/** One template in the list: title, excerpt, version and status. */
import { Link } from '@tanstack/react-router';
import type { TemplateRow, TemplateStatus } from '../../shared/schemas/template.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { listTime } from '../ui/formatTime.ts';
import styles from '../ui/ListPage.module.css';
import { useLocale, useNow } from '../ui/useLocale.ts';

export function StatusMark({ status }: { status: TemplateStatus }) {
  const { t } = useTranslation();
  return (
    <span className={styles.status} data-status={status}>
      {t(`templates.status.${status}`)}
    </span>
  );
}

export function TemplateListRow({ row }: { row: TemplateRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  return (
    <li>
      <Link to="/templates/$templateId" params={{ templateId: row.id }} className={styles.row}>
        <span className={styles.rowHead}>
          <span className={styles.rowTitle}>{row.title}</span>
          <StatusMark status={row.status} />
          <time className={styles.faint} dateTime={row.changedAt}>
            {listTime(row.changedAt, now, locale)}
          </time>
        </span>
        <span className={styles.excerpt}>{row.excerpt}</span>
        <span className={styles.faint}>
          {row.name} · {t('templates.version', { version: row.latestVersion })}
          {row.approvedVersion !== null && ` · ${t('templates.inUse', { version: row.approvedVersion })}`}
          {` · ${t(`templates.direction.${row.direction}`)}`}
        </span>
        {row.reason && <span className={styles.reason}>{t('templates.reason', { reason: row.reason })}</span>}
      </Link>
    </li>
  );
}
