import { expect, it } from 'vitest';
import { readAttachments } from '../../../../server/channels/vk/attachments.ts';

it.each([
  ['https://vk.com/dev', 'https://vk.ru/dev'],
  ['https://m.vk.com/wall-1_2?reply=3#top', 'https://m.vk.ru/wall-1_2?reply=3#top'],
  ['https://vk.ru/dev', 'https://vk.ru/dev'],
  ['https://example.com/vk.com', 'https://example.com/vk.com'],
  ['https://vk.com.example/', 'https://vk.com.example/'],
])('links from %s to %s', (url, linkUrl) => {
  expect(readAttachments([{ type: 'link', link: { url, title: 'Страница' } }])).toMatchObject([{ linkUrl }]);
});

it('links to the page of a video, a product and a comment at VK’s present site', () => {
  const linked = readAttachments([
    { type: 'video', video: { owner_id: -1, id: 2 } },
    { type: 'market', market: { owner_id: -1, id: 2 } },
    { type: 'wall_reply', wall_reply: { owner_id: -1, post_id: 2, id: 3 } },
  ]).map(({ linkUrl }) => linkUrl);
  expect(linked).toEqual([
    'https://vk.ru/video-1_2',
    'https://vk.ru/market-1?w=product-1_2',
    'https://vk.ru/wall-1_2?reply=3',
  ]);
});
