/** A message's photos: one as large as fits, several as tiles. */

import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { safeMedia } from '../ui/links.ts';
import { MediaFailedText } from '../ui/MediaFailed.tsx';
import { useMediaLoad } from '../ui/useMediaLoad.ts';
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
  return (
    <div className={styles.grid} data-count={Math.min(photos.length, 3)}>
      {photos.map((photo, index) => (
        <Tile
          key={photo.mediaUrl ?? index}
          photo={photo}
          number={photos.length > 1 ? ` ${index + 1}` : ''}
          isOnly={photos.length === 1}
          onOpen={() => onOpen(index)}
        />
      ))}
    </div>
  );
}

interface TileProps {
  photo: AttachmentView;
  number: string;
  isOnly: boolean;
  onOpen: () => void;
}

/** One button in every state, so that the focus stays on it. */
function Tile({ photo, number, isOnly, onOpen }: TileProps) {
  const { t } = useTranslation();
  const url = safeMedia(photo.previewUrl) ?? safeMedia(photo.mediaUrl);
  const { state, attempt, fail, again } = useMediaLoad(url);
  const name = photo.title ?? t('attachment.photo');
  const labels = {
    loading: `${t('attachment.openPhoto')}${number}`,
    failed: `${name}${number}. ${t('media.failed')}. ${t('media.again')}`,
    gone: `${name}${number}. ${t('media.gone')}`,
  };
  return (
    <button
      type="button"
      className={styles.tile}
      data-state={state}
      style={isOnly ? sizeOfOne(photo) : undefined}
      aria-label={labels[state]}
      aria-disabled={state === 'gone'}
      onClick={state === 'loading' ? onOpen : state === 'failed' ? again : undefined}
    >
      {state === 'loading' && (
        <img
          key={attempt}
          className={styles.photo}
          src={url ?? undefined}
          alt={name}
          loading="lazy"
          onError={fail}
        />
      )}
      {state === 'failed' && <MediaFailedText />}
      {state === 'gone' && t('media.gone')}
    </button>
  );
}

/** The space for a single photo, reserved before it loads, so that the thread does not jump. */
function sizeOfOne({ widthPx, heightPx }: AttachmentView): { width: number; aspectRatio: string } {
  const width = widthPx ?? ONE_MAX_WIDTH_PX;
  const height = heightPx ?? 240;
  const scale = Math.min(1, ONE_MAX_WIDTH_PX / width, ONE_MAX_HEIGHT_PX / height);
  return { width: Math.max(80, Math.round(width * scale)), aspectRatio: `${width} / ${height}` };
}
