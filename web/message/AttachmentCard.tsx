/** An attachment other than a stored photo: played, drawn, linked, or at least named. */

import { useState } from 'react';
import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize, playingTime } from '../ui/formatTime.ts';
import { LoadedImage } from '../ui/LoadedImage.tsx';
import { safeLink, safeMedia } from '../ui/links.ts';
import { MediaFailed } from '../ui/MediaFailed.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { useMediaLoad } from '../ui/useMediaLoad.ts';
import styles from './AttachmentCard.module.css';
import { AttachmentIcon } from './AttachmentIcon.tsx';
import { PlaceCard } from './PlaceCard.tsx';

export function AttachmentCard({ attachment }: { attachment: AttachmentView }) {
  const { kind, mediaUrl } = attachment;
  if ((kind === 'sticker' || kind === 'graffiti') && mediaUrl) return <Picture attachment={attachment} />;
  if ((kind === 'voice' || kind === 'audio' || kind === 'podcast') && mediaUrl) {
    return <Player attachment={attachment} />;
  }
  if (kind === 'location') return <PlaceCard attachment={attachment} />;
  return <LinkedCard attachment={attachment} />;
}

function Picture({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const { kind, widthPx, heightPx } = attachment;
  const url = safeMedia(attachment.previewUrl) ?? safeMedia(attachment.mediaUrl);
  return (
    <LoadedImage
      className={styles.picture}
      url={url}
      alt={attachment.title ?? t(`attachment.${kind}`)}
      style={widthPx && heightPx ? { aspectRatio: `${widthPx} / ${heightPx}` } : undefined}
      isLazy
    />
  );
}

function Player({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const name = attachment.title || t(`attachment.${attachment.kind}`);
  const url = safeMedia(attachment.mediaUrl);
  const { state, attempt, fail, again } = useMediaLoad(url);
  return (
    <figure className={styles.player}>
      <figcaption>
        {name}
        {attachment.durationS !== null && ` · ${playingTime(attachment.durationS)}`}
      </figcaption>
      {state === 'loading' ? (
        // biome-ignore lint/a11y/useMediaCaption: a client's recording has no captions; its transcript, if any, stands below
        <audio
          key={attempt}
          controls
          preload="none"
          // A person who loads it again wants to hear it.
          autoPlay={attempt > 0}
          src={url ?? undefined}
          aria-label={name}
          onError={fail}
        />
      ) : (
        <MediaFailed state={state} name={name} onAgain={again} />
      )}
      {attachment.description && <p className={styles.transcript}>{attachment.description}</p>}
    </figure>
  );
}

function LinkedCard({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const { kind, title, description } = attachment;
  const href = hrefOf(attachment);
  // A preview only decorates the card: without it the icon is enough.
  const [hasPreview, setHasPreview] = useState(true);
  const preview = kind === 'document' || !hasPreview ? null : safeMedia(attachment.previewUrl);
  const facts = useFacts(attachment);
  const body = (
    <>
      {preview ? (
        <img
          className={styles.preview}
          src={preview}
          alt=""
          loading="lazy"
          onError={() => setHasPreview(false)}
        />
      ) : (
        <span className={styles.icon}>
          <AttachmentIcon kind={kind} />
        </span>
      )}
      <span className={styles.text}>
        <bdi className={styles.title}>{title || t(`attachment.${kind}`)}</bdi>
        {kind === 'unknown' && (
          <span className={styles.fact}>
            {t('attachment.unknown.named', { type: attachment.vendorType })}
          </span>
        )}
        {description && (
          <span className={styles.description} dir="auto">
            {description}
          </span>
        )}
        {facts && <span className={styles.fact}>{facts}</span>}
      </span>
    </>
  );
  if (!href) return <div className={styles.card}>{body}</div>;
  // No `download`: the desk's answer names the file, and a failure is a page in words, not a broken download.
  return (
    <a className={styles.card} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {body}
    </a>
  );
}

function hrefOf({ kind, mediaUrl, linkUrl }: AttachmentView): string | null {
  if (kind === 'document') return safeMedia(mediaUrl) ?? safeLink(linkUrl);
  return safeLink(linkUrl) ?? safeMedia(mediaUrl);
}

/** The kind when the title does not include it, the size, the length. */
function useFacts(attachment: AttachmentView): string {
  const { t } = useTranslation();
  const locale = useLocale();
  const { kind, title, sizeBytes, durationS } = attachment;
  const facts: string[] = [];
  if (title && kind !== 'unknown') facts.push(t(`attachment.${kind}`));
  if (sizeBytes !== null) facts.push(fileSize(sizeBytes, locale));
  if (durationS !== null) facts.push(playingTime(durationS));
  if (kind !== 'unknown' && !title && hrefOf(attachment) === null) {
    facts.push(t('attachment.unavailable'));
  }
  return facts.join(' · ');
}
