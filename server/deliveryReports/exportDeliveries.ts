/**
 * Exports the filtered deliveries as CSV, page by page in the list's order, so memory use stays flat. The last column
 * holds the text; it exists only for people who may read texts.
 */
import type { Model } from 'mongoose';
import type { Role } from '../../shared/schemas/person.ts';
import { endReasons } from '../../shared/v1/endReasons.ts';
import { can, maskPhone } from '../auth/permissions.ts';
import { csvLine } from '../csv/csvLine.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { currentTryOf } from '../serviceMessages/statuses/change.ts';
import type { Place } from '../storage/pageCursor.ts';
import type { DeliveryQuery } from './deliveryQuery.ts';
import { pageReach, readDeliveries } from './readDeliveries.ts';

const ROWS_AT_ONCE = 500;

const headers = {
  ru: [
    'Сообщение',
    'Принято',
    'Телефон',
    'Шаблон',
    'Версия',
    'Соцсеть',
    'Статус',
    'Время статуса',
    'Код причины',
    'Причина',
    'Действует до',
    'Ваш номер сообщения',
  ],
  en: [
    'Message',
    'Accepted',
    'Phone',
    'Template',
    'Version',
    'Network',
    'Status',
    'Status time',
    'Reason code',
    'Reason',
    'Expires',
    'Your message ID',
  ],
};
const statuses: Record<'ru' | 'en', Record<ServiceMessage['status'], string>> = {
  ru: {
    queued: 'В очереди',
    sent: 'Отправлено',
    delivered: 'Доставлено',
    read: 'Прочитано',
    undelivered: 'Не доставлено',
    expired: 'Просрочено',
  },
  en: {
    queued: 'Queued',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
    undelivered: 'Not delivered',
    expired: 'Expired',
  },
};

const textHeader = { ru: 'Текст', en: 'Text' };

export interface ExportAsked {
  query: DeliveryQuery;
  role: Role;
  language: 'ru' | 'en';
  /** Called after each page with the number of rows so far. */
  onRows(rows: number): void;
}

export async function* deliveriesCsv(
  { serviceMessages, phones }: { serviceMessages: Model<ServiceMessage>; phones: Phones },
  { query, role, language, onRows }: ExportAsked,
): AsyncGenerator<string> {
  const hasTexts = can({ role, isActive: true }, 'readSentTexts');
  const header = [...headers[language], ...(hasTexts ? [textHeader[language]] : [])];
  // The byte order mark tells a spreadsheet that this is UTF-8.
  yield `\uFEFF${csvLine(header, language)}`;
  let place: Place | null = null;
  let rows = 0;
  do {
    const page = await readDeliveries(serviceMessages, query, {
      place,
      limit: ROWS_AT_ONCE,
      reach: pageReach,
    });
    if (page.messages.length > 0) {
      const lines = page.messages.map((message) => {
        const cells = cellsOf(message, phones, role, language);
        return csvLine(hasTexts ? [...cells, message.text] : cells, language);
      });
      yield lines.join('');
      rows += page.messages.length;
      onRows(rows);
    }
    place = page.next;
  } while (place);
}

function cellsOf(message: ServiceMessage, phones: Phones, role: Role, language: 'ru' | 'en'): string[] {
  const { _id, endCode } = message;
  return [
    _id.toHexString(),
    message.acceptedAt.toISOString(),
    maskPhone(phones.open(message.phoneSealed, _id), role),
    message.templateName,
    String(message.templateVersion),
    currentTryOf(message).current.network.toUpperCase(),
    statuses[language][message.status],
    message.statusAt.toISOString(),
    endCode ?? '',
    endCode ? endReasons[endCode][language] : '',
    message.expiresAt.toISOString(),
    message.clientMessageId ?? '',
  ];
}
