/** Why a service message ended without reaching the client: a stable code for programs, words for people. */
export const endReasons = {
  ttlExpired: { ru: 'Не доставлено за отведённое время', en: 'Not delivered within its time' },
  cancelled: { ru: 'Отменено до отправки', en: 'Cancelled before it was sent' },
  quotaSpent: {
    ru: 'Клиенту уже отправлено наибольшее число сообщений за 24 часа',
    en: 'The client had the most messages possible within 24 hours',
  },
  clientBlocked: {
    ru: 'Клиент в списке тех, кому компания не пишет',
    en: "The client is on the company's block list",
  },
  phoneUnknown: { ru: 'Такого номера в сети нет', en: 'The network does not know this phone' },
  notInNetwork: { ru: 'У клиента нет страницы в этой сети', en: 'The client is not in this network' },
  userIdUnknown: {
    ru: 'Неизвестно, чья это страница в сети: без шлюза нужна связь номера с ней',
    en: 'Whose page in the network it is is not known: without a gateway the phone must be tied to one',
  },
  oneWayNeedsGateway: {
    ru: 'Одностороннее сообщение уходит только через шлюз',
    en: 'A one-way message goes through a gateway only',
  },
  phoneNotConfirmed: {
    ru: 'Номер не подтверждён больше шести месяцев',
    en: 'The phone was not confirmed for over six months',
  },
  phoneMoved: { ru: 'Номер перешёл к другому человеку', en: 'The phone has moved to another person' },
  noActiveDevice: { ru: 'У клиента нет активного устройства', en: 'The client has no active device' },
  clientForbidsMessages: {
    ru: 'Клиент запретил сообщения от сообщества',
    en: 'The client does not allow messages from the community',
  },
  contentRefused: { ru: 'Сеть отклонила содержание', en: 'The network refused the content' },
  communityStopped: {
    ru: 'Сообщество не может отправлять: нужен администратор',
    en: 'The community cannot send until an administrator acts',
  },
  networkUnreachable: { ru: 'Сеть не отвечала', en: 'The network did not answer' },
  networkRefused: { ru: 'Сеть отказала', en: 'The network refused' },
} as const satisfies Record<string, { ru: string; en: string }>;

export type EndCode = keyof typeof endReasons;
export const endCodes = Object.keys(endReasons) as [EndCode, ...EndCode[]];
