/** A message's photos at full size: arrow keys turn, Escape closes. */
import { Icon24Cancel, Icon28ChevronLeftOutline, Icon28ChevronRightOutline } from '@vkontakte/icons';
import { useRef, useState } from 'react';
import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { LoadedImage } from '../ui/LoadedImage.tsx';
import { safeMedia } from '../ui/links.ts';
import { useModal } from '../ui/useModal.ts';
import styles from './PhotoViewer.module.css';

export interface PhotoViewerProps {
  photos: readonly AttachmentView[];
  startIndex: number;
  onClose: () => void;
}

export function PhotoViewer({ photos, startIndex, onClose }: PhotoViewerProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const [index, setIndex] = useState(startIndex);
  useModal(ref);
  const photo = photos[index];
  const url = safeMedia(photo?.mediaUrl ?? null);
  const turn = (step: number) => setIndex((index + step + photos.length) % photos.length);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={styles.viewer}
      aria-label={t('viewer.label')}
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') turn(1);
        if (event.key === 'ArrowLeft') turn(-1);
      }}
    >
      <header className={styles.header}>
        <span aria-live="polite">
          {photos.length > 1 && t('viewer.position', { index: index + 1, total: photos.length })}
        </span>
        {url && (
          <a className={styles.original} href={url} target="_blank" rel="noopener noreferrer">
            {t('viewer.original')}
          </a>
        )}
        <button type="button" className={styles.button} aria-label={t('common.close')} onClick={onClose}>
          <Icon24Cancel />
        </button>
      </header>
      <div className={styles.stage}>
        {photos.length > 1 && (
          <button
            type="button"
            className={styles.button}
            aria-label={t('viewer.previous')}
            onClick={() => turn(-1)}
          >
            <Icon28ChevronLeftOutline />
          </button>
        )}
        {url && (
          <LoadedImage
            key={index}
            className={styles.photo}
            url={url}
            alt={photo?.title ?? t('attachment.photo')}
            onAgain={() => ref.current?.focus()}
          />
        )}
        {photos.length > 1 && (
          <button
            type="button"
            className={styles.button}
            aria-label={t('viewer.next')}
            onClick={() => turn(1)}
          >
            <Icon28ChevronRightOutline />
          </button>
        )}
      </div>
    </dialog>
  );
}
