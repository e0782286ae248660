/** What stands in a transcript besides the messages, in both languages. */
import type { SystemEvent } from '../../shared/schemas/message.ts';
import type { SystemChange } from '../conversations/message.model.ts';

export type Language = 'ru' | 'en';

export const columns = {
  ru: [
    'Время',
    'Клиент',
    'Телефон',
    'Сообщество',
    'Соцсеть',
    'Вид',
    'Автор',
    'Текст',
    'Файлы',
    'Номер диалога',
  ],
  en: [
    'Time',
    'Client',
    'Phone',
    'Community',
    'Network',
    'Kind',
    'Author',
    'Text',
    'Files',
    'Conversation ID',
  ],
} as const satisfies Record<Language, readonly string[]>;

export const kinds = {
  ru: {
    reply: 'Сообщение клиента',
    answer: 'Ответ',
    note: 'Заметка',
    service: 'Сервисное сообщение',
    system: 'Событие',
  },
  en: {
    reply: 'Client’s message',
    answer: 'Answer',
    note: 'Note',
    service: 'Service message',
    system: 'Event',
  },
} as const;

export const texts = {
  ru: {
    title: 'Переписка с клиентами',
    made: 'Файл создан',
    timeZone: 'Время в файле',
    erased: 'Содержимое удалено',
    deleted: 'Сообщение удалено',
    edited: 'изменено',
    failed: 'не отправлено',
    photo: 'Фото',
    file: 'Файл',
    forwarded: 'Пересланное сообщение',
    nothing: 'Сообщений нет',
    ofFive: 'из 5',
  },
  en: {
    title: 'Conversations with clients',
    made: 'File made',
    timeZone: 'Times in this file',
    erased: 'The content was erased',
    deleted: 'The message was deleted',
    edited: 'edited',
    failed: 'not sent',
    photo: 'Photo',
    file: 'File',
    forwarded: 'Forwarded message',
    nothing: 'No messages',
    ofFive: 'of 5',
  },
} as const;

const events: Record<Language, Record<SystemEvent, string>> = {
  ru: {
    opened: 'Диалог начат',
    reopened: 'Диалог открыт снова',
    assigned: 'Назначен ответственный',
    unassigned: 'Диалог без ответственного',
    resolved: 'Диалог завершён',
    pending: 'Ждём ответа клиента',
    snoozed: 'Диалог отложен',
    woken: 'Диалог вернулся из отложенных',
    labelled: 'Изменены метки',
    rated: 'Клиент поставил оценку',
    clientBlocked: 'Клиент запретил сообщения',
    clientAllowed: 'Клиент снова разрешил сообщения',
    gapFound: 'Часть сообщений получить не удалось',
    gapFilled: 'Пропущенные сообщения получены',
  },
  en: {
    opened: 'Conversation started',
    reopened: 'Conversation reopened',
    assigned: 'Assigned to',
    unassigned: 'Conversation unassigned',
    resolved: 'Conversation resolved',
    pending: 'Waiting for the client',
    snoozed: 'Conversation snoozed',
    woken: 'Conversation returned from snooze',
    labelled: 'Labels changed',
    rated: 'The client’s rating',
    clientBlocked: 'The client blocked messages',
    clientAllowed: 'The client allows messages again',
    gapFound: 'Some messages could not be read',
    gapFilled: 'Missed messages were read',
  },
};

export function eventText({ event, personName, labels, mark }: SystemChange, language: Language): string {
  if (event === 'rated') return `${events[language].rated}: ${mark ?? '—'} ${texts[language].ofFive}`;
  if (event === 'assigned') return `${events[language].assigned}: ${personName ?? '—'}`;
  if (event !== 'labelled') return events[language][event];
  const changes = [
    ...(labels?.added.map((label) => `+ ${label}`) ?? []),
    ...(labels?.removed.map((label) => `− ${label}`) ?? []),
  ];
  return `${events[language].labelled}${changes.length > 0 ? `: ${changes.join(', ')}` : ''}`;
}
