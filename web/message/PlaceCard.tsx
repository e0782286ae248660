/**
 * A location that the client sent: its name and coordinates, to copy. There is no link to a map, because a map site
 * would learn where the client is.
 */
import { Icon20CopyOutline } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { useRef } from 'react';
import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import styles from './AttachmentCard.module.css';
import { AttachmentIcon } from './AttachmentIcon.tsx';

/** Five decimals are about one metre. */
const DECIMALS = 5;

export function PlaceCard({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const placeRef = useRef<HTMLSpanElement>(null);
  const { title, latitude, longitude } = attachment;
  const place =
    latitude !== null && longitude !== null
      ? `${latitude.toFixed(DECIMALS)}, ${longitude.toFixed(DECIMALS)}`
      : null;
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      notices.show(t('common.copied'), 'done');
    } catch {
      // Without access to the clipboard the coordinates are selected, so that Ctrl+C copies them.
      if (placeRef.current) window.getSelection()?.selectAllChildren(placeRef.current);
    }
  };
  return (
    <div className={styles.card}>
      <span className={styles.icon}>
        <AttachmentIcon kind="location" />
      </span>
      <span className={styles.text}>
        <bdi className={styles.title}>{title || t('attachment.location')}</bdi>
        <span className={styles.fact} ref={placeRef}>
          {place ?? t('attachment.unavailable')}
        </span>
      </span>
      {place && (
        <IconButton label={t('common.copy')} onClick={() => void copy(place)}>
          <Icon20CopyOutline />
        </IconButton>
      )}
    </div>
  );
}
