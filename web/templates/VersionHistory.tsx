/** All versions of a template: who wrote, submitted and decided each, and the changes of its text. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import type { TemplateVersionView } from '../../shared/schemas/template.ts';
import { joinedText } from '../../shared/templates/text.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './TemplateEditor.module.css';
import { StatusMark } from './TemplateListRow.tsx';
import { versionsQuery } from './templatesData.ts';
import { textDiff } from './textDiff.ts';

export function VersionHistory({ templateId, revision }: { templateId: string; revision: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(versionsQuery(templateId, revision));
  return (
    <section className={styles.history}>
      <h2 className={styles.heading}>{t('templates.history')}</h2>
      {!data && error && (
        <Failed title={t('templates.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={80} borderRadius={12} aria-label={t('common.loading')} />}
      <ol className={styles.versions}>
        {data?.map((version, index) => (
          <Version key={version.content.version} version={version} before={data[index + 1]} />
        ))}
      </ol>
    </section>
  );
}

function Version({
  version,
  before,
}: {
  version: TemplateVersionView;
  before: TemplateVersionView | undefined;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { content, status, reason, saved, submitted, decided } = version;
  const valuesOf = (step: { at: string; personName: string }) => ({
    name: step.personName,
    time: fullTime(step.at, locale),
  });
  return (
    <li>
      <div className={styles.versionHead}>
        <strong>{t('templates.version', { version: content.version })}</strong>
        <StatusMark status={status} />
      </div>
      <p className={styles.hint}>
        {[
          t('templates.history.saved', valuesOf(saved)),
          submitted && t('templates.history.submitted', valuesOf(submitted)),
          decided && t('templates.history.decided', valuesOf(decided)),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {reason && <p className={styles.reason}>{t('templates.reason', { reason })}</p>}
      {before && <Changes before={before} after={version} />}
    </li>
  );
}

function Changes({ before, after }: { before: TemplateVersionView; after: TemplateVersionView }) {
  const { t } = useTranslation();
  const parts = textDiff(joinedText(before.content), joinedText(after.content));
  if (parts.every(({ kind }) => kind === 'same'))
    return <p className={styles.hint}>{t('templates.history.same')}</p>;
  let from = 0;
  const placed = parts.map((part) => {
    const at = from;
    from += part.text.length;
    return { ...part, at };
  });
  return (
    <details>
      <summary>{t('templates.history.diff', { version: before.content.version })}</summary>
      <p className={styles.diff}>
        {placed.map(({ kind, text, at }) => {
          if (kind === 'added')
            return (
              <ins key={at} title={t('templates.history.added')}>
                {text}
              </ins>
            );
          if (kind === 'removed')
            return (
              <del key={at} title={t('templates.history.removed')}>
                {text}
              </del>
            );
          return <span key={at}>{text}</span>;
        })}
      </p>
    </details>
  );
}
