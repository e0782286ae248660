// @vitest-environment jsdom
import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { type AttachmentView, attachmentKinds, type MessageView } from '../../../shared/schemas/message.ts';
import { MessageBubble } from '../../../web/message/MessageBubble.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { atMinute, hexId, sampleMessage } from '../support/samples.ts';
import { startDeskStandIn } from '../support/startDeskStandIn.ts';

afterEach(cleanup);

const bubble = (message: MessageView, onJump: (id: string) => void = () => {}) => (
  <MessageBubble
    message={message}
    clientName="Мария Петрова"
    continuesRun={false}
    isFlashed={false}
    onQuote={() => {}}
    onJump={onJump}
  />
);
const attachment = (change: Partial<AttachmentView>): AttachmentView => ({
  kind: 'unknown',
  vendorType: 'mini_app',
  title: null,
  description: null,
  linkUrl: null,
  mediaUrl: null,
  previewUrl: null,
  widthPx: null,
  heightPx: null,
  durationS: null,
  sizeBytes: null,
  latitude: null,
  longitude: null,
  ...change,
});

describe('a message', () => {
  it('shows HTML as plain text, and its links open only pages', async () => {
    const text = '<img src=x onerror=alert(1)> https://example.org/a javascript:alert(1)';
    renderInDesk(bubble(sampleMessage({ text })));
    expect(screen.getByText(/onerror/).textContent).toBe(text);
    // The link finder is not part of the first JavaScript.
    await screen.findByRole('link');
    expect(document.querySelector('img')).toBeNull();
    const links = [...document.querySelectorAll('a')];
    expect(links.map((link) => link.href)).toEqual(['https://example.org/a']);
    expect(links[0]?.rel).toContain('noopener');
    expect(screen.getByText(/onerror/).textContent).toBe(text);
  });

  it('shows the status of an answer as text', () => {
    for (const [status, label] of [
      ['queued', 'В очереди'],
      ['sent', 'Отправлено'],
      ['read', 'Прочитано'],
      ['unknown', 'Проверяем доставку'],
    ] as const) {
      renderInDesk(bubble(sampleMessage({ kind: 'answer', status })));
      expect(screen.getByText(label)).toBeTruthy();
      cleanup();
    }
  });

  it('shows why it was not sent, and can be sent again', async () => {
    await using standIn = await startDeskStandIn();
    const failed = sampleMessage({
      kind: 'answer',
      status: 'failed',
      failure: { code: 'networkUnreachable', networkCode: 10, isRetryable: true },
    });
    standIn.answer = () => ({
      status: 202,
      json: { ...failed, version: 2, status: 'queued', failure: null },
    });
    renderInDesk(bubble(failed));
    expect(screen.getByText(/Не отправлено: нет связи с соцсетью/)).toBeTruthy();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Отправить снова' }));
    await waitFor(() => expect(standIn.requests[0]?.path).toBe(`/api/messages/${failed.id}/retry`));
  });

  it('offers no retry when a retry cannot help', () => {
    const failure = { code: 'clientForbidsMessages' as const, networkCode: 901, isRetryable: false };
    renderInDesk(bubble(sampleMessage({ kind: 'answer', status: 'failed', failure })));
    expect(screen.queryByRole('button', { name: 'Отправить снова' })).toBeNull();
  });

  it('hides the text of a deleted message', () => {
    renderInDesk(bubble(sampleMessage({ text: 'secret', deletedAt: new Date().toISOString() })));
    expect(screen.queryByText('secret')).toBeNull();
    expect(screen.getByText('Сообщение удалено')).toBeTruthy();
  });

  it('jumps to the quoted message when that is known', async () => {
    const jumps: string[] = [];
    const replyTo = { messageId: hexId(42), authorName: 'Мария', text: 'Когда?', attachmentKinds: [] };
    renderInDesk(bubble(sampleMessage({ replyTo }), (id) => jumps.push(id)));
    await userEvent.setup().click(screen.getByRole('button', { name: /Когда/ }));
    expect(jumps).toEqual([hexId(42)]);
  });

  it('names the client as they are called now, in a quote and in what they forward', () => {
    const quote = { messageId: null, authorName: 'id2002', text: 'Когда?', attachmentKinds: [] };
    const forward = {
      authorName: 'id2002',
      text: 'Чек',
      sentAt: atMinute(0),
      attachments: [],
      forwarded: [],
    };
    const message = sampleMessage({
      author: { type: 'client', personId: null, name: 'id2002' },
      replyTo: { ...quote, isByClient: true },
      forwarded: [{ ...forward, isByClient: true, forwarded: [{ ...forward, authorName: 'id777' }] }],
    });
    renderInDesk(bubble(message));
    const shown = document.querySelector('article')?.textContent ?? '';
    expect(shown).not.toContain('id2002');
    expect(shown.split('Мария Петрова')).toHaveLength(4);
    expect(shown).toContain('id777');
    cleanup();
    renderInDesk(bubble(sampleMessage({ replyTo: { ...quote, authorName: 'Анна' } })));
    expect(screen.getByText('Анна')).toBeTruthy();
  });

  it('draws an attachment of every kind without its file, and names an unknown kind', () => {
    for (const kind of attachmentKinds) {
      renderInDesk(bubble(sampleMessage({ text: '', attachments: [attachment({ kind })] })));
      expect(document.querySelector('article')?.textContent).not.toContain('undefined');
      cleanup();
    }
    renderInDesk(bubble(sampleMessage({ attachments: [attachment({})] })));
    expect(screen.getByText(/«mini_app»/)).toBeTruthy();
  });

  it('does not link an attachment to an unsafe address', () => {
    const link = attachment({ kind: 'link', title: 'Click', linkUrl: 'javascript:alert(1)' });
    renderInDesk(bubble(sampleMessage({ attachments: [link] })));
    expect(document.querySelector('a')).toBeNull();
  });

  it('shows forwarded messages at any depth', () => {
    const inner = {
      authorName: 'Курьер',
      text: 'Выехал',
      sentAt: sampleMessage().sentAt,
      attachments: [],
      forwarded: [],
    };
    const outer = { ...inner, authorName: 'Склад', text: 'Смотрите', forwarded: [inner] };
    renderInDesk(bubble(sampleMessage({ forwarded: [outer] })));
    expect(screen.getByText('Смотрите')).toBeTruthy();
    expect(screen.getByText('Выехал')).toBeTruthy();
  });
});
