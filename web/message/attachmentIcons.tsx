/** An icon for each kind of attachment; loaded with the first attachment (`AttachmentIcon.tsx`). */
import {
  Icon20ArticleOutline,
  Icon20Attach,
  Icon20CommentOutline,
  Icon20DocumentOutline,
  Icon20GiftOutline,
  Icon20LinkCircleOutline,
  Icon20LocationOutline,
  Icon20MarketOutline,
  Icon20MusicOutline,
  Icon20NewsfeedOutline,
  Icon20PhoneOutline,
  Icon20PictureOutline,
  Icon20PlaylistOutline,
  Icon20PodcastOutline,
  Icon20PollOutline,
  Icon20StickerOutline,
  Icon20VideoOutline,
} from '@vkontakte/icons';
import type { ComponentType } from 'react';
import type { AttachmentKind } from '../../shared/schemas/message.ts';

const icons: Record<AttachmentKind, ComponentType<{ 'aria-hidden'?: boolean }>> = {
  photo: Icon20PictureOutline,
  video: Icon20VideoOutline,
  audio: Icon20MusicOutline,
  voice: Icon20MusicOutline,
  document: Icon20DocumentOutline,
  sticker: Icon20StickerOutline,
  graffiti: Icon20PictureOutline,
  link: Icon20LinkCircleOutline,
  product: Icon20MarketOutline,
  post: Icon20NewsfeedOutline,
  comment: Icon20CommentOutline,
  article: Icon20ArticleOutline,
  poll: Icon20PollOutline,
  podcast: Icon20PodcastOutline,
  call: Icon20PhoneOutline,
  gift: Icon20GiftOutline,
  playlist: Icon20PlaylistOutline,
  location: Icon20LocationOutline,
  unknown: Icon20Attach,
};

export function KindIcon({ kind }: { kind: AttachmentKind }) {
  const Icon = icons[kind];
  return <Icon aria-hidden />;
}
