/** Why a service message ended without reaching the client: a stable code for programs, a text for people. */
export const endReasons = {
  ttlExpired: { ru: 'Не доставлено за отведённое время', en: 'Not delivered in time' },
  arrivedLate: { ru: 'Доставлено позже отведённого времени', en: 'Delivered after its time was over' },
  outcomeUnknown: {
    ru: 'Соцсеть не подтвердила, что получила сообщение: возможно, оно дошло',
    en: 'The network never confirmed that it received the message: it may have arrived',
  },
  cancelled: { ru: 'Отменено до отправки', en: 'Cancelled before sending' },
  quotaSpent: {
    ru: 'Исчерпан лимит сообщений этому клиенту за 24 часа',
    en: 'The limit of messages to this client in 24 hours is reached',
  },
  clientBlocked: {
    ru: 'Клиент в списке «Кому не пишем»',
    en: 'The client is on the block list',
  },
  phoneUnknown: { ru: 'Такого номера в соцсети нет', en: 'This phone is not registered in the network' },
  notInNetwork: { ru: 'У клиента нет страницы в этой соцсети', en: 'The client has no page in this network' },
  userIdUnknown: {
    ru: 'Страница клиента в соцсети неизвестна: без шлюза номер должен быть связан со страницей',
    en: 'The client’s page in the network is unknown: without a gateway the phone must be linked to a page',
  },
  oneWayNeedsGateway: {
    ru: 'Одностороннее сообщение можно отправить только через шлюз',
    en: 'A one-way message can only be sent through a gateway',
  },
  phoneNotConfirmed: {
    ru: 'Номер не подтверждали больше шести месяцев',
    en: 'The phone has not been confirmed for over six months',
  },
  phoneMoved: { ru: 'Номер перешёл к другому человеку', en: 'The phone now belongs to another person' },
  noActiveDevice: { ru: 'У клиента нет активного устройства', en: 'The client has no active device' },
  clientForbidsMessages: {
    ru: 'Клиент запретил сообщения от сообщества',
    en: 'The client blocked messages from the community',
  },
  contentRefused: {
    ru: 'Соцсеть не приняла содержимое сообщения',
    en: 'The network did not accept the message content',
  },
  communityStopped: {
    ru: 'Сообщество остановлено: обратитесь к администратору',
    en: 'The community is stopped: ask an administrator',
  },
  networkUnreachable: { ru: 'Соцсеть не отвечала', en: 'The network did not answer' },
  networkRefused: { ru: 'Соцсеть отклонила сообщение', en: 'The network rejected the message' },
} as const satisfies Record<string, { ru: string; en: string }>;

export type EndCode = keyof typeof endReasons;
export const endCodes = Object.keys(endReasons) as [EndCode, ...EndCode[]];
