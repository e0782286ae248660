/** All attachments of a message: photos together, the others below each other. */
import { lazy, Suspense, useState } from 'react';
import type { AttachmentView } from '../../shared/schemas/message.ts';
import { AttachmentCard } from './AttachmentCard.tsx';
import styles from './Attachments.module.css';
import { PhotoGrid } from './PhotoGrid.tsx';

const PhotoViewer = lazy(() =>
  import('./PhotoViewer.tsx').then((module) => ({ default: module.PhotoViewer })),
);

export function Attachments({ attachments }: { attachments: readonly AttachmentView[] }) {
  const [openedIndex, setOpenedIndex] = useState<number | null>(null);
  if (attachments.length === 0) return null;
  const photos = attachments.filter((attachment) => attachment.kind === 'photo' && attachment.mediaUrl);
  const others = attachments.filter((attachment) => !photos.includes(attachment));
  return (
    <div className={styles.attachments}>
      {photos.length > 0 && <PhotoGrid photos={photos} onOpen={setOpenedIndex} />}
      {others.map((attachment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message's attachments keep their order
        <AttachmentCard key={index} attachment={attachment} />
      ))}
      {openedIndex !== null && (
        <Suspense fallback={null}>
          <PhotoViewer photos={photos} startIndex={openedIndex} onClose={() => setOpenedIndex(null)} />
        </Suspense>
      )}
    </div>
  );
}
