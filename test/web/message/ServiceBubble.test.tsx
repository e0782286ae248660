// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/schemas/message.ts';
import { MessageBubble } from '../../../web/message/MessageBubble.tsx';
import { ServiceBubble } from '../../../web/message/ServiceBubble.tsx';
import { findings } from '../support/axe.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { atMinute, hexId, sampleMessage, sampleService, sampleServiceEntry } from '../support/samples.ts';

afterEach(cleanup);

const entry = (message: MessageView) => <ServiceBubble message={message} isFlashed={false} />;
const answer = (message: MessageView, onJump: (id: string) => void = () => {}) => (
  <MessageBubble
    message={message}
    clientName="Мария Петрова"
    continuesRun={false}
    isFlashed={false}
    onQuote={() => {}}
    onJump={onJump}
  />
);

describe('a service message in the thread', () => {
  it('shows its template, text and images, and buttons that cannot be pressed', async () => {
    renderInDesk(entry(sampleServiceEntry({ service: sampleService({ imageIds: [hexId(77)] }) })));
    expect(screen.getByText('Заказ 1042 готов')).toBeTruthy();
    expect(screen.getAllByText('orderReady').length).toBeGreaterThan(0);
    expect(document.querySelector('img')?.getAttribute('src')).toBe(`/media/template-images/${hexId(77)}`);
    const buttons = within(screen.getByRole('list', { name: 'Кнопки, которые видел клиент' }));
    expect(buttons.getByText('Приду сегодня')).toBeTruthy();
    expect(buttons.getByText('https://shop.example/map/1042')).toBeTruthy();
    expect(buttons.queryByRole('button')).toBeNull();
    expect(buttons.queryByRole('link')).toBeNull();
    expect(await findings()).toEqual([]);
  });

  it('shows its status as text, and the reason when it did not arrive', () => {
    for (const [change, label] of [
      [{ status: 'queued' }, 'В очереди'],
      [{ status: 'sent' }, 'Отправлено'],
      [{ status: 'delivered' }, 'Доставлено'],
      [{ status: 'read' }, 'Прочитано'],
      [{ status: 'undelivered', endCode: 'phoneMoved' }, 'Не доставлено: номер перешёл к другому человеку'],
      [{ status: 'expired', endCode: 'ttlExpired' }, 'Просрочено: не доставлено за отведённое время'],
    ] as const) {
      const at = sampleServiceEntry().sentAt;
      renderInDesk(entry(sampleServiceEntry({ service: sampleService({ ...change, statusAt: at }) })));
      expect(document.querySelector('[data-service-status]')?.textContent).toBe(label);
      cleanup();
    }
  });

  it('shows the version and the variables by keyboard', async () => {
    const user = userEvent.setup();
    renderInDesk(entry(sampleServiceEntry()));
    const details = document.querySelector('details');
    expect(details?.open).toBe(false);
    await user.tab();
    expect(document.activeElement?.textContent).toBe('Шаблон и переменные');
    // jsdom opens by a click alone; in a browser, Enter on a summary is a click.
    await user.click(document.activeElement as HTMLElement);
    expect(details?.open).toBe(true);
    expect(screen.getByText(/версия 3/)).toBeTruthy();
    expect(screen.getByText('{orderNumber}')).toBeTruthy();
    expect(screen.getByText('1042')).toBeTruthy();
  });

  it('replaces a withdrawn message with a notice', () => {
    renderInDesk(entry(sampleServiceEntry({ deletedAt: atMinute(9) })));
    expect(screen.getByText(/связь клиента с номером.*отменена/)).toBeTruthy();
    for (const text of ['Заказ 1042 готов', 'orderReady', '1042', 'Приду сегодня'])
      expect(screen.queryByText(text)).toBeNull();
  });
});

describe('an answer to a service message', () => {
  const replyTo = { messageId: hexId(42), authorName: '', text: 'Заказ 1042 готов', attachmentKinds: [] };

  it('shows how it was matched, and jumps to the entry by a key', async () => {
    const user = userEvent.setup();
    for (const [by, label] of [
      ['button', 'Клиент нажал кнопку этого сообщения'],
      ['tag', 'Соцсеть сообщила, что это ответ на него'],
      ['quote', 'Клиент процитировал это сообщение'],
      ['bond', 'Последнее сообщение на номер клиента перед ответом'],
      ['history', 'Сообщение найдено в истории диалога в соцсети'],
    ] as const) {
      const jumps: string[] = [];
      renderInDesk(
        answer(sampleMessage({ replyTo, answers: { messageId: hexId(42), by } }), (id) => jumps.push(id)),
      );
      expect(screen.getByText(label)).toBeTruthy();
      screen.getByRole('button', { name: /Сервисное сообщение.*Заказ 1042 готов/ }).focus();
      await user.keyboard('{Enter}');
      expect(jumps).toEqual([hexId(42)]);
      cleanup();
    }
  });

  it('shows the label of a pressed button as a button, and typed text as text', () => {
    const pressed = { messageId: hexId(42), by: 'button' } as const;
    renderInDesk(answer(sampleMessage({ text: 'Приду сегодня', replyTo, answers: pressed })));
    expect(screen.getByText('Приду сегодня').className).toContain('pressed');
    expect(screen.getByText(/Нажата кнопка/)).toBeTruthy();
    cleanup();
    const typed = { messageId: hexId(42), by: 'bond' } as const;
    renderInDesk(answer(sampleMessage({ text: 'Приду сегодня', replyTo, answers: typed })));
    expect(screen.getByText('Приду сегодня').className).not.toContain('pressed');
  });

  it('jumps to its entry also when the client quoted another message', async () => {
    const jumps: string[] = [];
    const quoted = { ...replyTo, messageId: hexId(41), authorName: 'Анна', text: 'Добрый день' };
    renderInDesk(
      answer(
        sampleMessage({ replyTo: quoted, answers: { messageId: hexId(42), by: 'tag' } }),
        (id) => void jumps.push(id),
      ),
    );
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: /Показать сообщение, на которое/ }));
    await user.click(screen.getByRole('button', { name: /Добрый день/ }));
    expect(jumps).toEqual([hexId(42), hexId(41)]);
  });
});
