// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { Composer } from '../../../web/composer/Composer.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { hexId, sampleMe, sampleMessage, sampleRow } from '../support/samples.ts';
import { type DeskStandIn, startDeskStandIn } from '../support/startDeskStandIn.ts';

let standIn: DeskStandIn;
beforeEach(async () => {
  standIn = await startDeskStandIn();
  standIn.answer = ({ body }) => {
    const { clientToken, text } = body as { clientToken: string; text: string };
    return {
      status: 202,
      json: sampleMessage({ seq: 5, kind: 'answer', status: 'queued', clientToken, text }),
    };
  };
});
afterEach(async () => {
  cleanup();
  window.sessionStorage.clear();
  await standIn[Symbol.asyncDispose]();
});

const row = sampleRow({ lastSeq: 1 });
const composer = (change: Partial<Parameters<typeof Composer>[0]> = {}) => (
  <Composer
    conversation={row}
    messages={[]}
    quoted={null}
    seenSeq={{ current: 0 }}
    onQuoteDone={() => {}}
    {...change}
  />
);
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox');

describe('the composer', () => {
  it('sends by Ctrl+Enter, clears the field and keeps the focus', async () => {
    const user = userEvent.setup();
    const { desk } = renderInDesk(composer());
    await user.type(field(), 'Добрый день{Enter}вторая строка');
    expect(standIn.requests).toEqual([]);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(standIn.requests).toHaveLength(1));
    expect(standIn.requests[0]).toMatchObject({
      method: 'POST',
      path: `/api/conversations/${row.id}/answers`,
      body: { text: 'Добрый день\nвторая строка', uploadIds: [], replyToMessageId: null },
    });
    expect(field().value).toBe('');
    expect(document.activeElement).toBe(field());
    await waitFor(() => expect(desk.outbox.get()).toEqual([]));
  });

  it('sends by Enter alone if the agent chose that, and Shift+Enter starts a new line', async () => {
    const user = userEvent.setup();
    renderInDesk(composer(), { enterSends: true });
    await user.type(field(), 'раз{Shift>}{Enter}{/Shift}два');
    expect(standIn.requests).toEqual([]);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(standIn.requests[0]?.body).toMatchObject({ text: 'раз\nдва' }));
  });

  it('adds a note instead of an answer', async () => {
    const user = userEvent.setup();
    renderInDesk(composer());
    await user.click(screen.getByRole('button', { name: 'Заметка' }));
    await user.type(field(), 'позвонить завтра');
    await user.click(screen.getByRole('button', { name: 'Добавить заметку' }));
    await waitFor(() => expect(standIn.requests[0]?.path).toBe(`/api/conversations/${row.id}/notes`));
  });

  it('keeps a message that the server refused, with the reason', async () => {
    const user = userEvent.setup();
    standIn.answer = () => ({
      status: 409,
      json: { error: { code: 'communityStopped', message: 'stopped' } },
    });
    const { desk } = renderInDesk(composer());
    await user.type(field(), 'ответ{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(desk.outbox.get()).toMatchObject([{ text: 'ответ', failure: 'communityStopped' }]),
    );
  });

  it('keeps the draft of each conversation', async () => {
    const user = userEvent.setup();
    renderInDesk(composer());
    await user.type(field(), 'недописано');
    cleanup();
    renderInDesk(composer({ conversation: sampleRow({ id: hexId(2) }) }));
    expect(field().value).toBe('');
    cleanup();
    renderInDesk(composer());
    expect(field().value).toBe('недописано');
  });

  it('shows why an answer is impossible, and still accepts a note', async () => {
    const user = userEvent.setup();
    renderInDesk(composer({ conversation: sampleRow({ canWrite: false }) }));
    expect(screen.getByText(/Клиент запретил сообщения/)).toBeTruthy();
    expect(field().disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Заметка' }));
    expect(field().disabled).toBe(false);
  });

  it('warns that another agent has answered meanwhile, and still sends the answer', async () => {
    const user = userEvent.setup();
    const { show } = renderInDesk(composer());
    await user.type(field(), 'пишу');
    const colleague = { type: 'agent' as const, personId: hexId(701), name: 'Борис Ким' };
    show(composer({ messages: [sampleMessage({ seq: 2, kind: 'answer', author: colleague })] }));
    expect(screen.getByText(/уже ответили: Борис Ким/)).toBeTruthy();
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(standIn.requests).toHaveLength(1));
  });

  it('does not send a text over the limit of the network, and counts the excess', async () => {
    const user = userEvent.setup();
    renderInDesk(composer());
    await user.click(field());
    await user.paste('я'.repeat(limits.answerTextChars + 2));
    expect(screen.getByText('Лишние 2 символа')).toBeTruthy();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(standIn.requests).toEqual([]);
  });

  it('quotes the message that the agent answers', async () => {
    const user = userEvent.setup();
    const quoted = { messageId: hexId(42), authorName: 'Мария', text: 'Когда?', attachmentKinds: [] };
    renderInDesk(composer({ quoted }));
    await user.type(field(), 'Завтра{Control>}{Enter}{/Control}');
    await waitFor(() => expect(standIn.requests[0]?.body).toMatchObject({ replyToMessageId: hexId(42) }));
  });

  it.each([{ isComposing: true }, { keyCode: 229 }])(
    'does not send by an Enter of an input method: %o',
    (press) => {
      const { desk } = renderInDesk(composer(), { enterSends: true });
      fireEvent.change(field(), { target: { value: 'にほんご' } });
      fireEvent.keyDown(field(), { key: 'Enter', code: 'Enter', ...press });
      fireEvent.keyDown(field(), { key: 'Enter', code: 'Enter', ctrlKey: true, ...press });
      expect(desk.outbox.get()).toEqual([]);
      expect(field().value).toBe('にほんご');
      fireEvent.keyDown(field(), { key: 'Enter', code: 'Enter', keyCode: 13 });
      expect(desk.outbox.get()).toHaveLength(1);
    },
  );

  const picture = new File(['png'], 'image.png', { type: 'image/png' });
  const report = new File(['pdf'], 'Отчёт.pdf', { type: 'application/pdf' });
  it.each([
    ['cells of a spreadsheet with their picture', 'Заказ\t1042\n', [picture], 0],
    ['a picture alone', '', [picture], 1],
    ['a file that comes with its name as text', 'Отчёт.pdf', [report], 1],
    ['text alone', 'просто текст', [], 0],
  ])('pastes the text where the clipboard has text: %s', async (_, text, files, attachedCount) => {
    standIn.answer = () => ({ status: 500, json: null });
    const { desk } = renderInDesk(composer());
    const clipboardData = { files, getData: (type: string) => (type === 'text/plain' ? text : '') };
    const isDefault = fireEvent.paste(field(), { clipboardData });
    expect(desk.attachments.of(sampleMe.id, row.id).files.get()).toHaveLength(attachedCount);
    expect(isDefault).toBe(attachedCount === 0);
    desk.attachments.forget();
  });
});
