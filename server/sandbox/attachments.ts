/**
 * One sample of each attachment type of VK, and one of an unknown type: everything a client can send from the phone.
 */
import { ownAddress } from './messageView.ts';
import type { VkAttachment } from './vkTypes.ts';

interface Identity {
  ownerId: number;
  id: number;
}

const samplePicture = `${ownAddress}/samples/picture.svg`;
const sampleDate = 1_732_000_000;
const emptyLikes = { count: 0, user_likes: 0 };

function photo({ ownerId, id }: Identity): object {
  const size = { width: 604, height: 403, url: samplePicture };
  return {
    album_id: -3,
    date: sampleDate,
    id,
    owner_id: ownerId,
    access_key: 'a1b2c3d4e5f6a7b8c9',
    has_tags: false,
    text: '',
    sizes: [
      { type: 's', width: 75, height: 50, url: samplePicture },
      { type: 'm', width: 130, height: 87, url: samplePicture },
      { type: 'x', ...size },
      { type: 'base', ...size },
    ],
    orig_photo: { type: 'base', ...size },
  };
}

function images(sides: number[]): object[] {
  return sides.map((side) => ({ url: samplePicture, width: side, height: side }));
}

const builders: Record<string, (identity: Identity) => unknown> = {
  photo,
  audio: ({ ownerId, id }) => ({
    artist: 'Хор у моста',
    title: 'Утро на набережной',
    id,
    owner_id: ownerId,
    duration: 183,
    date: sampleDate,
    url: '',
  }),
  audio_message: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    duration: 4,
    link_mp3: `${ownAddress}/samples/voice.wav`,
    link_ogg: `${ownAddress}/samples/voice.wav`,
    waveform: Array.from({ length: 128 }, (_, index) => Math.round(16 + 14 * Math.sin(index / 4))),
    access_key: 'b1c2d3e4f5a6b7c8d9',
    transcript: 'Здравствуйте, подскажите, где мой заказ?',
    transcript_state: 'done',
  }),
  video: ({ ownerId, id }) => ({
    response_type: 'min',
    access_key: 'c1d2e3f4a5b6c7d8e9',
    date: sampleDate,
    description: '',
    duration: 27,
    image: images([130, 320]),
    width: 1280,
    height: 720,
    id,
    owner_id: ownerId,
    title: 'Распаковка посылки',
    type: 'video',
    views: 3,
  }),
  video_playlist: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    title: 'Мои видео',
    count: 2,
    updated_time: sampleDate,
    image: images([320]),
  }),
  doc: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    title: 'чек.pdf',
    size: 48_213,
    ext: 'pdf',
    date: sampleDate,
    type: 1,
    url: `${ownAddress}/samples/receipt.pdf`,
    access_key: 'd1e2f3a4b5c6d7e8f9',
  }),
  link: () => ({
    url: 'https://vk.com/dev',
    title: 'Страница товара',
    caption: 'vk.com',
    description: 'Описание страницы, которое ВКонтакте взяла из неё',
    is_favorite: false,
  }),
  market: ({ ownerId, id }) => ({
    availability: 0,
    category: { inner_type: 'market_market_category_nested', id: 5001, name: 'Кружки', is_v2: true },
    description: 'Кружка с видом на мост, 300 мл',
    id,
    owner_id: ownerId,
    price: { amount: '59000', currency: { id: 643, name: 'RUB', title: '₽' }, text: '590 ₽' },
    title: 'Кружка «Мост»',
    date: sampleDate,
    thumb_photo: samplePicture,
  }),
  gift: ({ id }) => ({ id, thumb_256: samplePicture, thumb_96: samplePicture, thumb_48: samplePicture }),
  sticker: ({ id }) => ({
    inner_type: 'base_sticker_new',
    sticker_id: id,
    product_id: 279,
    images: images([64, 128, 256, 352, 512]),
    images_with_background: images([64, 128, 256, 352, 512]),
    is_allowed: true,
  }),
  wall: ({ ownerId, id }) => ({
    inner_type: 'wall_wallpost',
    id,
    from_id: ownerId,
    owner_id: ownerId,
    to_id: ownerId,
    date: sampleDate,
    text: 'Мы открылись у моста! Ждём в гости каждый день с 10 до 20.',
    post_type: 'post',
    attachments: [],
    likes: { ...emptyLikes, can_like: 1 },
  }),
  wall_reply: ({ ownerId, id }) => ({
    id,
    from_id: ownerId,
    post_id: 12,
    owner_id: ownerId,
    date: sampleDate,
    text: 'А доставка есть?',
  }),
  article: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    owner_name: 'Лавка у моста',
    title: 'Как мы печём хлеб',
    subtitle: '',
    state: 'available',
    published_date: sampleDate,
    views: 120,
    url: 'https://vk.com/@lavka-hleb',
    can_report: 1,
  }),
  poll: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    question: 'Когда удобнее получать заказы?',
    created: sampleDate,
    end_date: 0,
    votes: 3,
    multiple: false,
    closed: false,
    is_board: false,
    can_edit: false,
    can_vote: true,
    can_report: false,
    can_share: true,
    disable_unvote: false,
    anonymous: true,
    answer_ids: [],
    answers: [
      { id: 1, text: 'Утром', votes: 2, rate: 66.67 },
      { id: 2, text: 'Вечером', votes: 1, rate: 33.33 },
    ],
  }),
  podcasts: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    title: 'Разговоры у моста',
    artist: 'Лавка',
    duration: 1800,
  }),
  podcast: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    title: 'Разговоры у моста',
    artist: 'Лавка',
    duration: 1800,
  }),
  call: ({ ownerId }) => ({
    initiator_id: Math.abs(ownerId),
    receiver_id: 100,
    state: 'reached',
    time: sampleDate,
    duration: 31,
    video: false,
  }),
  graffiti: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    url: samplePicture,
    width: 512,
    height: 512,
    access_key: 'e1f2a3b4c5d6e7f8a9',
  }),
  story: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    date: sampleDate,
    expires_at: sampleDate + 86_400,
    can_see: 1,
    type: 'photo',
    photo: photo({ ownerId, id: id + 1 }),
  }),
  market_album: ({ ownerId, id }) => ({
    id,
    owner_id: ownerId,
    title: 'Посуда',
    count: 4,
    updated_time: sampleDate,
  }),
  mini_app: ({ id }) => ({
    title: 'Карта доставки',
    description: '',
    button_text: 'Открыть',
    app: { id, title: 'Карта доставки' },
  }),
};

/** `attachments.type` of the official schema, and the types that VK sends although the schema leaves them out. */
export const attachmentTypes: readonly string[] = Object.keys(builders);

/** A type without a sample gets an invented one: `{ type, [type]: { id, owner_id } }`, as a newer VK might send. */
export function sampleAttachment(type: string, identity: Identity): VkAttachment {
  const build = builders[type] ?? (({ ownerId, id }: Identity) => ({ id, owner_id: ownerId }));
  return { type, [type]: build(identity) };
}
