/**
 * Converts VK's attachments to ours, one table row per type (reference, section 2.3; fields as in VK's schema 5.199).
 * A type that VK adds later becomes `unknown` and keeps its name; a known type with unexpected fields keeps its kind.
 */
import { z } from 'zod';
import type { AttachmentKind } from '../../../shared/schemas/message.ts';
import type { StoredAttachment } from '../../conversations/intake/networkEvent.ts';
import { vkAttachment, vkGeo } from './schema.ts';

type Fields = Record<string, unknown>;
type Details = Omit<StoredAttachment, 'kind' | 'vendorType'>;

/** VK's site of today; the former one only forwards to it. */
const SITE = 'https://vk.ru/';
const SITE_HOST = 'vk.ru';
const FORMER_HOST = 'vk.com';
const TITLE_CHARS = 300;
const DESCRIPTION_CHARS = 2_000;
/** VK allows 10 in a message; a forged event may hold any number. */
const MOST_ATTACHMENTS = 50;

const kinds: Record<string, { kind: AttachmentKind; read: (body: Fields) => Details }> = {
  photo: { kind: 'photo', read: (body) => ({ linkUrl: page('photo', body), ...picture(body) }) },
  video: { kind: 'video', read: video },
  video_playlist: { kind: 'playlist', read: titled },
  audio_playlist: { kind: 'playlist', read: titled },
  audio: {
    kind: 'audio',
    read: (body) => ({
      title: joined([text(body.artist), text(body.title)], ' — '),
      durationS: number(body.duration),
      sourceUrl: fileUrl(body.url),
    }),
  },
  audio_message: {
    kind: 'voice',
    read: (body) => ({
      durationS: number(body.duration),
      sourceUrl: fileUrl(body.link_mp3) ?? fileUrl(body.link_ogg),
      contentType: fileUrl(body.link_mp3) ? 'audio/mpeg' : 'audio/ogg',
      // VK's own transcript, where VK made one.
      description: text(body.transcript, DESCRIPTION_CHARS),
    }),
  },
  doc: { kind: 'document', read: document },
  sticker: { kind: 'sticker', read: (body) => imageDetails(largest(body.images)) },
  graffiti: {
    kind: 'graffiti',
    read: (body) => ({
      sourceUrl: fileUrl(body.url),
      widthPx: number(body.width),
      heightPx: number(body.height),
    }),
  },
  link: {
    kind: 'link',
    read: (body) => ({
      title: text(body.title) ?? text(body.url),
      description: text(body.description, DESCRIPTION_CHARS) ?? text(body.caption),
      linkUrl: httpsUrl(body.url),
      previewSourceUrl: picture(object(body.photo)).sourceUrl,
    }),
  },
  market: {
    kind: 'product',
    read: (body) => ({
      title: text(body.title),
      description: joined([text(object(body.price).text), text(body.description, DESCRIPTION_CHARS)], '\n'),
      linkUrl: page('market', body) && `${SITE}market${body.owner_id}?w=product${body.owner_id}_${body.id}`,
      previewSourceUrl: fileUrl(body.thumb_photo),
    }),
  },
  wall: {
    kind: 'post',
    read: (body) => ({
      description: text(body.text, DESCRIPTION_CHARS),
      linkUrl: page('wall', { owner_id: body.owner_id ?? body.to_id ?? body.from_id, id: body.id }),
    }),
  },
  wall_reply: {
    kind: 'comment',
    read: (body) => ({
      description: text(body.text, DESCRIPTION_CHARS),
      linkUrl: wholeNumber(body.id)
        ? addQuery(page('wall', { owner_id: body.owner_id, id: body.post_id }), `reply=${body.id}`)
        : undefined,
    }),
  },
  article: {
    kind: 'article',
    read: (body) => ({
      title: text(body.title),
      description: text(body.subtitle, DESCRIPTION_CHARS),
      linkUrl: httpsUrl(body.url) ?? httpsUrl(body.view_url),
      previewSourceUrl: picture(object(body.photo)).sourceUrl,
    }),
  },
  poll: {
    kind: 'poll',
    read: (body) => ({ title: text(body.question), linkUrl: page('poll', body) }),
  },
  podcast: { kind: 'podcast', read: podcast },
  podcasts: { kind: 'podcast', read: podcast },
  call: {
    kind: 'call',
    read: (body) => ({
      durationS: number(body.duration),
      description: text(body.state),
    }),
  },
  gift: {
    kind: 'gift',
    read: (body) => ({
      sourceUrl: fileUrl(body.thumb_512) ?? fileUrl(body.thumb_256) ?? fileUrl(body.thumb_96),
      previewSourceUrl: fileUrl(body.thumb_256) ?? fileUrl(body.thumb_96) ?? fileUrl(body.thumb_48),
    }),
  },
};

/** Never throws: an unreadable attachment becomes `unknown`. */
export function readAttachments(list: readonly unknown[], geo?: unknown): StoredAttachment[] {
  const attachments = list.slice(0, MOST_ATTACHMENTS).map(readAttachment);
  const place = vkGeo.safeParse(geo);
  if (place.success) {
    const { coordinates } = place.data;
    attachments.push({
      kind: 'location',
      vendorType: 'geo',
      ...defined({ title: text(place.data.place?.title) }),
      latitude: coordinates.latitude,
      longitude: coordinates.longitude,
    });
  }
  return attachments;
}

function readAttachment(given: unknown): StoredAttachment {
  const checked = vkAttachment.safeParse(given);
  if (!checked.success) return { kind: 'unknown', vendorType: 'unreadable' };
  const { type, ...rest } = checked.data;
  const known = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (!known) return { kind: 'unknown', vendorType: type.slice(0, 64) };
  const body = object((rest as Fields)[type]);
  return { kind: known.kind, vendorType: type, ...defined(known.read(body)) };
}

function titled(body: Fields): Details {
  return { title: text(body.title), description: text(body.description, DESCRIPTION_CHARS) };
}

function video(body: Fields): Details {
  return {
    ...titled(body),
    linkUrl: page('video', body),
    previewSourceUrl: largest(body.image)?.url ?? largest(body.first_frame)?.url,
    widthPx: number(body.width),
    heightPx: number(body.height),
    durationS: number(body.duration),
  };
}

function document(body: Fields): Details {
  const preview = object(object(body.preview).photo);
  return {
    title: text(body.title),
    sourceUrl: fileUrl(body.url),
    sizeBytes: number(body.size),
    previewSourceUrl: largest(preview.sizes)?.url,
  };
}

function podcast(body: Fields): Details {
  return {
    title: joined([text(body.artist), text(body.title)], ' — '),
    durationS: number(body.duration),
    sourceUrl: fileUrl(body.url),
    linkUrl: page('podcast', body),
  };
}

/** The largest copy for opening; for the thread, the smallest copy at least 320 px wide. */
function picture(body: Fields): Details {
  const original = image.safeParse(body.orig_photo);
  const best = original.success ? original.data : largest(body.sizes);
  const preview = images(body.sizes)
    .filter(({ width }) => width >= 320)
    .sort((left, right) => left.width - right.width)
    .at(0);
  return { ...imageDetails(best), previewSourceUrl: preview?.url ?? best?.url };
}

const image = z
  .looseObject({
    url: z.string().optional(),
    // Some older answers name a photo's address `src`.
    src: z.string().optional(),
    width: z.number().catch(0),
    height: z.number().catch(0),
  })
  .transform(({ url, src, width, height }) => ({ url: fileUrl(url ?? src), width, height }));
type Image = z.output<typeof image>;

function images(value: unknown): Image[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const read = image.safeParse(item);
    return read.success && read.data.url ? [read.data] : [];
  });
}

function largest(value: unknown): Image | undefined {
  return images(value).reduce<Image | undefined>(
    (best, one) => (!best || one.width * one.height > best.width * best.height ? one : best),
    undefined,
  );
}

function imageDetails(found: Image | undefined): Details {
  if (!found?.url) return {};
  return { sourceUrl: found.url, widthPx: found.width || undefined, heightPx: found.height || undefined };
}

function page(kind: string, { owner_id, id }: Fields): string | undefined {
  return wholeNumber(owner_id) && wholeNumber(id) ? `${SITE}${kind}${owner_id}_${id}` : undefined;
}

function addQuery(url: string | undefined, query: string): string | undefined {
  return url && `${url}?${query}`;
}

function object(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown, mostChars = TITLE_CHARS): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, mostChars) : undefined;
}

function joined(parts: (string | undefined)[], between: string): string | undefined {
  return parts.filter((part) => part !== undefined).join(between) || undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function wholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function fileUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}

/** A link to VK's former site leads to the present one. */
function httpsUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'https:') return undefined;
  if (url.hostname !== FORMER_HOST && url.hostname !== `m.${FORMER_HOST}`) return value;
  url.hostname = url.hostname.replace(FORMER_HOST, SITE_HOST);
  return url.href;
}

/** Removes undefined fields, so that only known ones are stored. */
function defined(details: Details): Details {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
