/** An attachment other than a stored photo: played, drawn, linked, or at least named. */

import type { AttachmentView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize, playingTime } from '../ui/formatTime.ts';
import { safeLink, safeMedia } from '../ui/links.ts';
import { useLocale } from '../ui/useLocale.ts';
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
    <img
      className={styles.picture}
      src={url ?? undefined}
      alt={attachment.title ?? t(`attachment.${kind}`)}
      style={widthPx && heightPx ? { aspectRatio: `${widthPx} / ${heightPx}` } : undefined}
      loading="lazy"
    />
  );
}

function Player({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const name = attachment.title || t(`attachment.${attachment.kind}`);
  return (
    <figure className={styles.player}>
      <figcaption>
        {name}
        {attachment.durationS !== null && ` · ${playingTime(attachment.durationS)}`}
      </figcaption>
      {/* biome-ignore lint/a11y/useMediaCaption: a client's recording has no captions; its transcript, if any, stands below */}
      <audio controls preload="none" src={safeMedia(attachment.mediaUrl) ?? undefined} aria-label={name} />
      {attachment.description && <p className={styles.transcript}>{attachment.description}</p>}
    </figure>
  );
}

function LinkedCard({ attachment }: { attachment: AttachmentView }) {
  const { t } = useTranslation();
  const { kind, title, description } = attachment;
  const href = hrefOf(attachment);
  const preview = kind === 'document' ? null : safeMedia(attachment.previewUrl);
  const facts = useFacts(attachment);
  const body = (
    <>
      {preview ? (
        <img className={styles.preview} src={preview} alt="" loading="lazy" />
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
  const isFile = kind === 'document' && href.startsWith('/');
  return (
    <a
      className={styles.card}
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      {...(isFile ? { download: title ?? '' } : {})}
    >
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
