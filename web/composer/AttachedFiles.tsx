/** The files of the answer being written: previews, upload progress, and a button to remove each. */
import { Icon16Cancel, Icon20DocumentOutline } from '@vkontakte/icons';
import type { PendingAttachment } from '../desk/pendingAttachments.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize } from '../ui/formatTime.ts';
import { useCodeMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './AttachedFiles.module.css';
import type { Uploads } from './useUploads.ts';

export function AttachedFiles({ uploads }: { uploads: Uploads }) {
  if (uploads.attached.length === 0) return null;
  return (
    <ul className={styles.files}>
      {uploads.attached.map((one) => (
        <AttachedFile
          key={one.key}
          attached={one}
          onRemove={() => uploads.remove(one.key)}
          onRetry={() => uploads.retry(one.key)}
        />
      ))}
    </ul>
  );
}

function AttachedFile({
  attached,
  onRemove,
  onRetry,
}: {
  attached: PendingAttachment;
  onRemove: () => void;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const messageOf = useCodeMessages();
  const { fileName, sizeBytes, failure, upload, share, pictureUrl } = attached;
  const percent = Math.round(share * 100);
  return (
    <li className={styles.file} data-failed={failure !== null}>
      {pictureUrl ? (
        <img className={styles.picture} src={pictureUrl} alt="" />
      ) : (
        <span className={styles.icon}>
          <Icon20DocumentOutline aria-hidden />
        </span>
      )}
      <span className={styles.text}>
        <bdi className={styles.name}>{fileName}</bdi>
        {failure === null ? (
          <span>{fileSize(sizeBytes, locale)}</span>
        ) : (
          <span role="alert" className={styles.failure}>
            {messageOf(failure)}{' '}
            {attached.file && (
              <button type="button" className={styles.retry} onClick={onRetry}>
                {t('common.retry')}
              </button>
            )}
          </span>
        )}
        {upload === null && failure === null && (
          <progress
            className={styles.progress}
            value={share}
            max={1}
            aria-label={t('composer.uploading', { name: fileName, percent })}
          />
        )}
      </span>
      <button
        type="button"
        className={styles.remove}
        aria-label={t('composer.removeFile', { name: fileName })}
        onClick={onRemove}
      >
        <Icon16Cancel aria-hidden />
      </button>
    </li>
  );
}
