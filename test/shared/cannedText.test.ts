import { describe, expect, it } from 'vitest';
import { fillCannedText, toShownText, toStoredText } from '../../shared/cannedText.ts';

describe('the text of a canned answer', () => {
  const stored = '{greeting}, {clientName}! Заказ {orderNumber} по адресу {адрес} { скобки }';

  it('is shown with titles in the language of its reader, and stored with names again', () => {
    const shown = toShownText(stored, 'ru');
    expect(shown).toBe(
      '{приветствие}, {полное имя клиента}! Заказ {номер заказа} по адресу {адрес} { скобки }',
    );
    expect(toStoredText(shown)).toBe(stored);
    expect(toShownText(stored, 'en')).toContain('{greeting}, {client full name}! Заказ {order number}');
    expect(toStoredText(toShownText(stored, 'en'))).toBe(stored);
  });

  it.each([
    ['{Номер  заказа}', '{orderNumber}'],
    ['{ORDER NUMBER}', '{orderNumber}'],
    ['{clientname}', '{clientName}'],
    ['{}', '{}'],
    ['{номер\nзаказа}', '{номер\nзаказа}'],
    ['{{имя клиента}}', '{{clientFirstName}}'],
  ])('understands %j as %j', (written, expected) => {
    expect(toStoredText(written)).toBe(expected);
  });

  it('leaves places where nothing is known, in the words of its reader, each once', () => {
    const values = { greeting: 'Добрый день', clientName: 'Мария', orderNumber: '' };
    expect(fillCannedText(`${stored} и ещё раз {адрес}`, values, 'ru')).toEqual({
      text: 'Добрый день, Мария! Заказ {номер заказа} по адресу {адрес} { скобки } и ещё раз {адрес}',
      places: ['{номер заказа}', '{адрес}', '{ скобки }'],
    });
  });

  it('does not fill a value that looks like a variable', () => {
    const filled = fillCannedText('{clientName}', { clientName: '{orderNumber}' }, 'ru');
    expect(filled).toEqual({ text: '{orderNumber}', places: [] });
  });
});
