/** A message's photos: one as large as fits, several as tiles. */

import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { safeMedia } from '../ui/links.ts';
import styles from './PhotoGrid.module.css';

const ONE_MAX_WIDTH_PX = 360;
const ONE_MAX_HEIGHT_PX = 320;

export function PhotoGrid({
  photos,
  onOpen,
}: {
  photos: readonly AttachmentView[];
  onOpen: (index: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={styles.grid} data-count={Math.min(photos.length, 3)}>
      {photos.map((photo, index) => (
        <button
          key={photo.mediaUrl ?? index}
          type="button"
          className={styles.tile}
          style={photos.length === 1 ? sizeOfOne(photo) : undefined}
          aria-label={`${t('attachment.openPhoto')}${photos.length > 1 ? ` ${index + 1}` : ''}`}
          onClick={() => onOpen(index)}
        >
          <img
            className={styles.photo}
            src={safeMedia(photo.previewUrl) ?? safeMedia(photo.mediaUrl) ?? undefined}
            alt={photo.title ?? t('attachment.photo')}
            loading="lazy"
          />
        </button>
      ))}
    </div>
  );
}

/** The space for a single photo, reserved before it loads, so that the thread does not jump. */
function sizeOfOne({ widthPx, heightPx }: AttachmentView): { width: number; aspectRatio: string } {
  const width = widthPx ?? ONE_MAX_WIDTH_PX;
  const height = heightPx ?? 240;
  const scale = Math.min(1, ONE_MAX_WIDTH_PX / width, ONE_MAX_HEIGHT_PX / height);
  return { width: Math.max(80, Math.round(width * scale)), aspectRatio: `${width} / ${height}` };
}
