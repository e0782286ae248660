/** An attachment of a message, as the sandbox's phone shows it; types that it cannot draw are shown by name. */

import {
  Icon20Attach,
  Icon20DocumentOutline,
  Icon20GiftOutline,
  Icon20GlobeOutline,
  Icon20MarketOutline,
  Icon20MusicOutline,
  Icon20NewsfeedOutline,
  Icon20PollOutline,
  Icon20VideoOutline,
  Icon20VoiceOutline,
} from '@vkontakte/icons';
import type { ComponentType } from 'react';
import styles from './bubble.module.css';
import type { Attachment } from './controlClient.ts';
import { type LabelKey, type Say, useLabels } from './labels.ts';

interface Pictured {
  sizes?: { url?: string; width: number; height: number }[];
  images?: { url: string; width: number }[];
  image?: { url: string; width: number }[];
  url?: string;
}

const signs: Record<string, ComponentType> = {
  audio: Icon20MusicOutline,
  audio_message: Icon20VoiceOutline,
  video: Icon20VideoOutline,
  doc: Icon20DocumentOutline,
  link: Icon20GlobeOutline,
  market: Icon20MarketOutline,
  gift: Icon20GiftOutline,
  wall: Icon20NewsfeedOutline,
  poll: Icon20PollOutline,
};

export function AttachmentView({ attachment }: { attachment: Attachment }) {
  const say = useLabels();
  const body = (attachment[attachment.type] ?? {}) as Pictured & Record<string, unknown>;
  const picture = pictureOf(attachment.type, body);
  if (picture) {
    const isSticker = attachment.type === 'sticker' || attachment.type === 'graffiti';
    return (
      <img
        className={isSticker ? styles.sticker : styles.photo}
        src={picture}
        alt={(attachment.type === 'photo' && String(body.text ?? '')) || say('chat.photo')}
        loading="lazy"
      />
    );
  }
  const Sign = signs[attachment.type] ?? Icon20Attach;
  const title = titleOf(attachment.type, body, say);
  const href = linkOf(attachment.type, body);
  return (
    <p className={styles.plain}>
      <Sign />
      {href ? (
        <a href={href} target="_blank" rel="noreferrer noopener">
          {title}
        </a>
      ) : (
        title
      )}
    </p>
  );
}

function pictureOf(type: string, body: Pictured): string | undefined {
  if (type === 'photo')
    return body.sizes?.findLast(({ width }) => width <= 1300)?.url ?? body.sizes?.at(-1)?.url;
  if (type === 'sticker')
    return body.images?.find(({ width }) => width >= 128)?.url ?? body.images?.at(-1)?.url;
  return type === 'graffiti' ? body.url : undefined;
}

function titleOf(type: string, body: Record<string, unknown>, say: Say): string {
  if (type === 'audio_message') return say('chat.voice', { seconds: Number(body.duration) || 0 });
  const named = body.title ?? body.question ?? body.text;
  if (typeof named === 'string' && named !== '') return named;
  const key = `attachment.${type}`;
  const word = say(key as LabelKey);
  return word === key ? say('chat.attachment', { type }) : word;
}

function linkOf(type: string, body: Record<string, unknown>): string | undefined {
  const url = type === 'audio_message' ? body.link_mp3 : body.url;
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : undefined;
}
