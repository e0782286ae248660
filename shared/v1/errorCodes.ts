/**
 * Everything that the sending API may refuse: a stable code, the HTTP status when it is the whole answer, and words
 * in Russian and English. A name in braces is filled in from the refusal's details. Programs compare the code alone.
 */
export const v1Errors = {
  // the request
  badRequest: e(400, 'Запрос составлен неверно: {problem}', 'The request is not right: {problem}'),
  payloadNotJson: e(400, 'Тело запроса — не JSON', 'The body is not JSON'),
  unsupportedMediaType: e(
    415,
    'Тело запроса должно быть application/json',
    'The body must be application/json',
  ),
  bodyTooLarge: e(413, 'Тело запроса больше {limitBytes} байт', 'The body is over {limitBytes} bytes'),
  notFound: e(404, 'Такого адреса или сообщения нет', 'There is no such address or message'),
  storeUnavailable: e(503, 'Хранилище не отвечает, повторите запрос', 'The store does not answer, ask again'),
  internal: e(500, 'Внутренняя ошибка', 'Something went wrong on the desk'),
  // who asks (N16)
  httpsRequired: e(403, 'Запросы принимаются только по HTTPS', 'Requests are taken over HTTPS only'),
  authorizationMissing: e(
    401,
    'Запрос не подписан: нужен заголовок Authorization: OAuth …',
    'The request is not signed: it needs the header Authorization: OAuth …',
  ),
  oauthParameterAbsent: e(
    401,
    'В подписи нет параметра {parameter}',
    'The signature lacks the parameter {parameter}',
  ),
  oauthParameterRejected: e(
    401,
    'Параметр {parameter} повторён или составлен неверно',
    'The parameter {parameter} is repeated or not right',
  ),
  oauthVersionRejected: e(401, 'oauth_version должен быть 1.0', 'oauth_version must be 1.0'),
  oauthTokenRejected: e(
    401,
    'oauth_token не нужен: подпишите запрос только ключом',
    'No oauth_token is used here: sign with the key alone',
  ),
  signatureMethodRejected: e(
    401,
    'oauth_signature_method — HMAC-SHA1 или HMAC-SHA256',
    'oauth_signature_method is HMAC-SHA1 or HMAC-SHA256',
  ),
  consumerKeyUnknown: e(401, 'Такого oauth_consumer_key нет', 'There is no such oauth_consumer_key'),
  consumerKeyOff: e(401, 'Ключ отключён', 'The key is switched off'),
  timestampRefused: e(
    401,
    'oauth_timestamp дальше {windowS} с от времени сервера {serverTimeS}',
    'oauth_timestamp is over {windowS} s from the time here, {serverTimeS}',
  ),
  nonceUsed: e(401, 'Этот oauth_nonce уже использован', 'This oauth_nonce was used already'),
  signatureInvalid: e(
    401,
    'Подпись не сходится; подписывается адрес {signedUrl}',
    'The signature does not match; the address that is signed is {signedUrl}',
  ),
  bodyHashAbsent: e(401, 'Этот ключ требует oauth_body_hash', 'This key requires oauth_body_hash'),
  bodyHashInvalid: e(
    401,
    'oauth_body_hash не совпадает с телом запроса',
    'oauth_body_hash does not match the body',
  ),
  rightMissing: e(403, 'У ключа нет права {right}', 'The key lacks the right {right}'),
  tooManyRequests: e(
    429,
    'Слишком много запросов, повторите через {retryAfterS} с',
    'Too many requests, ask again in {retryAfterS} s',
  ),
  // the same again
  idempotencyKeyReused: e(
    409,
    'Этот Idempotency-Key уже был у другого запроса',
    'This Idempotency-Key was used for another request',
  ),
  clientMessageIdReused: e(
    409,
    'Этот clientMessageId уже был у другого сообщения',
    'This clientMessageId was used for another message',
  ),
  // the client
  phoneInvalid: e(422, 'Это не номер телефона в формате E.164', 'This is not a phone number in E.164'),
  clientBlocked: e(
    422,
    'Клиент в списке тех, кому компания не пишет',
    "The client is on the company's block list",
  ),
  quotaSpent: e(
    422,
    'Клиенту уже отправлено {limit} сообщений за 24 часа; следующее можно после {retryAt}',
    'The client had {limit} messages within 24 hours; the next is possible after {retryAt}',
  ),
  // the template and what fills it
  templateNotFound: e(422, 'Шаблона {template} нет', 'There is no template {template}'),
  templateNotApproved: e(422, 'Шаблон {template} не одобрен', 'The template {template} is not approved'),
  variableMissing: e(422, 'Не задана переменная {variable}', 'The variable {variable} is missing'),
  variableUnknown: e(422, 'В шаблоне нет переменной {variable}', 'The template has no variable {variable}'),
  variableTooLong: e(
    422,
    'Переменная {variable} длиннее {limit} символов',
    'The variable {variable} is over {limit} characters',
  ),
  variableInvalid: e(
    422,
    'Значение переменной {variable} не подходит по типу',
    'The variable {variable} is not of its type',
  ),
  textTooLong: e(
    422,
    'Текст — {actual} символов, можно не больше {limit}',
    'The text has {actual} characters, at most {limit} are possible',
  ),
  linkInvalid: e(
    422,
    'Ссылка кнопки после подстановки — не https',
    "A button's link is not https once filled in",
  ),
  imagesNotAllowed: e(
    400,
    'Изображения отправляются только в составе шаблона: поля {fieldName} нет',
    'Images are sent only inside a template: there is no field {fieldName}',
  ),
  // time and way
  ttlOutOfRange: e(422, 'ttlSeconds — от {min} до {max}', 'ttlSeconds is from {min} to {max}'),
  sendAtOutOfRange: e(
    422,
    'sendAt — в будущем, не дальше {limitDays} дней',
    'sendAt is in the future, within {limitDays} days',
  ),
  routeUnavailable: e(
    422,
    'У компании нет подключённого сообщества для этого маршрута',
    'The company has no connected community for this route',
  ),
  statusUrlRefused: e(422, 'statusUrl не принят: {problem}', 'statusUrl is refused: {problem}'),
  // what was sent
  messageNotCancellable: e(
    409,
    'Отменить можно только сообщение в очереди, это — {status}',
    'Only a queued message can be cancelled, this one is {status}',
  ),
} as const satisfies Record<string, V1ErrorWords>;

export type V1ErrorCode = keyof typeof v1Errors;
export const v1ErrorCodes = Object.keys(v1Errors) as [V1ErrorCode, ...V1ErrorCode[]];

export interface V1ErrorWords {
  status: number;
  ru: string;
  en: string;
}

/** Plain facts of a refusal: numbers, names and times that a program may use. Never what is secret. */
export type V1ErrorDetails = Record<string, string | number | boolean | null>;

export interface V1Refusal {
  code: V1ErrorCode;
  /** Dotted path of the field that is wrong. */
  field?: string;
  details?: V1ErrorDetails;
  /** What stands for {problem}, when it is words rather than a fact. */
  problem?: { ru: string; en: string };
}

/** The refusal as it is answered, alone or as one item of a batch. */
export function v1ErrorBody({ code, field, details, problem }: V1Refusal) {
  const { ru, en } = v1Errors[code];
  return {
    code,
    message: {
      ru: fill(ru, { ...details, problem: problem?.ru ?? null }),
      en: fill(en, { ...details, problem: problem?.en ?? null }),
    },
    ...(field !== undefined && { field }),
    ...(details && Object.keys(details).length > 0 && { details }),
  };
}

function fill(words: string, details: V1ErrorDetails): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

function e(status: number, ru: string, en: string): V1ErrorWords {
  return { status, ru, en };
}
