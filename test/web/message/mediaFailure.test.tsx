// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { AttachmentKind, AttachmentView } from '../../../shared/schemas/message.ts';
import { Attachments } from '../../../web/message/Attachments.tsx';
import { i18n, renderInDesk } from '../support/renderInDesk.tsx';
import { startDeskStandIn } from '../support/startDeskStandIn.ts';

afterEach(async () => {
  cleanup();
  await i18n.setLanguage('ru');
});

const url = '/media/messages/0123456789abcdef01234567/0';
const attachment = (kind: AttachmentKind, change: Partial<AttachmentView> = {}): AttachmentView => ({
  kind,
  vendorType: kind,
  title: null,
  description: null,
  linkUrl: null,
  mediaUrl: url,
  previewUrl: null,
  widthPx: null,
  heightPx: null,
  durationS: null,
  sizeBytes: null,
  latitude: null,
  longitude: null,
  ...change,
});
const media = () => document.querySelector('img, audio') as HTMLElement;

describe('an attachment that does not load', () => {
  it.each([
    ['photo', 'Фотография. Не загрузилось. Загрузить ещё раз'],
    ['sticker', 'Стикер. Не загрузилось. Загрузить ещё раз'],
    ['voice', 'Голосовое сообщение. Не загрузилось. Загрузить ещё раз'],
  ] as const)('says so and loads again: %s', async (kind, name) => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 502, json: {} });
    renderInDesk(<Attachments attachments={[attachment(kind)]} />);
    const first = media();
    fireEvent.error(first);
    const again = screen.getByRole('button', { name });
    expect(media()).toBeNull();
    await waitFor(() => expect(standIn.requests).toMatchObject([{ method: 'HEAD', path: url }]));
    await userEvent.setup().click(again);
    expect(media()).not.toBe(first);
    expect(media().getAttribute('src')).toBe(url);
    expect(screen.queryByText('Не загрузилось')).toBeNull();
  });

  it('offers no other attempt when its file is gone for good', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 404, json: {} });
    renderInDesk(<Attachments attachments={[attachment('photo'), attachment('voice')]} />);
    for (const element of document.querySelectorAll('img, audio')) fireEvent.error(element);
    await waitFor(() => expect(screen.getAllByText('Файла больше нет')).toHaveLength(2));
    expect(screen.queryByText('Загрузить ещё раз')).toBeNull();
  });

  it('keeps the focus on a photo, and tells one photo of several by its number', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 502, json: {} });
    const photos = [
      attachment('photo', { mediaUrl: `${url}0` }),
      attachment('photo', { mediaUrl: `${url}1` }),
    ];
    renderInDesk(<Attachments attachments={photos} />);
    fireEvent.error(document.querySelectorAll('img')[1] as HTMLElement);
    await userEvent.setup().click(screen.getByRole('button', { name: /^Фотография 2\. Не загрузилось/ }));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Открыть фотографию 2' }));
  });

  it('speaks English too', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 502, json: {} });
    await i18n.setLanguage('en');
    renderInDesk(<Attachments attachments={[attachment('photo')]} />);
    fireEvent.error(media());
    screen.getByRole('button', { name: 'Photo. Did not load. Load again' });
  });

  it('shows a link without its preview', () => {
    const link = attachment('link', {
      title: 'Каталог',
      linkUrl: 'https://shop.example.com/',
      previewUrl: `${url}?preview`,
    });
    renderInDesk(<Attachments attachments={[link]} />);
    fireEvent.error(media());
    expect(media()).toBeNull();
    expect(screen.getByRole('link').textContent).toContain('Каталог');
  });

  it('opens a file in a tab, whose answer names it, so that a failure is a page and not a broken download', () => {
    renderInDesk(<Attachments attachments={[attachment('document', { title: 'смета.pdf' })]} />);
    const link = screen.getByRole('link');
    expect([link.getAttribute('href'), link.hasAttribute('download')]).toEqual([url, false]);
  });
});
