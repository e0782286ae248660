/**
 * Every refusal of the sending API: a stable code, the HTTP status if the whole request is refused, and a message in
 * Russian and English. A name in braces is filled in from the refusal's details. Programs compare the code alone.
 */
export const v1Errors = {
  // the request
  badRequest: e(400, 'Запрос составлен неверно: {problem}', 'The request is malformed: {problem}'),
  payloadNotJson: e(400, 'Тело запроса — не JSON', 'The body is not JSON'),
  unsupportedMediaType: e(
    415,
    'Тело запроса должно быть application/json',
    'The body must be application/json',
  ),
  bodyTooLarge: e(413, 'Тело запроса больше {limitBytes} байт', 'The body is larger than {limitBytes} bytes'),
  notFound: e(404, 'Такого адреса или сообщения нет', 'No such address or message'),
  storeUnavailable: e(
    503,
    'База данных не отвечает, повторите запрос',
    'The database is not responding, try again',
  ),
  internal: e(500, 'Внутренняя ошибка', 'Internal error'),
  // the signature (N16, signed requests)
  httpsRequired: e(403, 'Запросы принимаются только по HTTPS', 'Requests are accepted over HTTPS only'),
  authorizationMissing: e(
    401,
    'Запрос не подписан: нужен заголовок Authorization: OAuth …',
    'The request is not signed: the header Authorization: OAuth … is required',
  ),
  oauthParameterAbsent: e(
    401,
    'В подписи нет параметра {parameter}',
    'The signature has no {parameter} parameter',
  ),
  oauthParameterRejected: e(
    401,
    'Параметр {parameter} повторяется или неверного формата',
    'The parameter {parameter} is repeated or malformed',
  ),
  oauthVersionRejected: e(401, 'oauth_version должен быть 1.0', 'oauth_version must be 1.0'),
  oauthTokenRejected: e(
    401,
    'oauth_token не используется: подпишите запрос только ключом',
    'oauth_token is not used: sign the request with the key alone',
  ),
  signatureMethodRejected: e(
    401,
    'oauth_signature_method должен быть HMAC-SHA1 или HMAC-SHA256',
    'oauth_signature_method must be HMAC-SHA1 or HMAC-SHA256',
  ),
  consumerKeyUnknown: e(401, 'Такого oauth_consumer_key нет', 'No such oauth_consumer_key'),
  consumerKeyOff: e(401, 'Ключ выключен', 'The key is turned off'),
  timestampRefused: e(
    401,
    'oauth_timestamp отличается от времени сервера ({serverTimeS}) больше чем на {windowS} с',
    'oauth_timestamp differs from the server time ({serverTimeS}) by more than {windowS} s',
  ),
  nonceUsed: e(401, 'Этот oauth_nonce уже использован', 'This oauth_nonce has already been used'),
  signatureInvalid: e(
    401,
    'Подпись неверна; подписывать нужно адрес {signedUrl}',
    'The signature does not match; the address to sign is {signedUrl}',
  ),
  bodyHashAbsent: e(401, 'Этот ключ требует oauth_body_hash', 'This key requires oauth_body_hash'),
  bodyHashInvalid: e(
    401,
    'oauth_body_hash не совпадает с телом запроса',
    'oauth_body_hash does not match the body',
  ),
  rightMissing: e(403, 'У ключа нет права {right}', 'The key does not have the right {right}'),
  tooManyRequests: e(
    429,
    'Слишком много запросов, повторите через {retryAfterS} с',
    'Too many requests, try again in {retryAfterS} s',
  ),
  // repeated requests
  idempotencyKeyReused: e(
    409,
    'Этот Idempotency-Key уже использован для другого запроса',
    'This Idempotency-Key has already been used for another request',
  ),
  clientMessageIdReused: e(
    409,
    'Этот clientMessageId уже использован для другого сообщения',
    'This clientMessageId has already been used for another message',
  ),
  // the client
  phoneInvalid: e(422, 'Это не номер телефона в формате E.164', 'This is not a phone number in E.164 format'),
  clientBlocked: e(422, 'Клиент в списке «Кому не пишем»', 'The client is on the block list'),
  quotaSpent: e(
    422,
    'Клиенту уже отправлено {limit} сообщений за 24 часа; следующее можно отправить после {retryAt}',
    'The client has already been sent {limit} messages in 24 hours; the next one is possible after {retryAt}',
  ),
  // the template and its values
  templateNotFound: e(422, 'Шаблона {template} нет', 'Template {template} does not exist'),
  templateNotApproved: e(422, 'Шаблон {template} не одобрен', 'Template {template} is not approved'),
  variableMissing: e(
    422,
    'Не указано значение переменной {variable}',
    'The variable {variable} has no value',
  ),
  variableUnknown: e(422, 'В шаблоне нет переменной {variable}', 'The template has no variable {variable}'),
  variableTooLong: e(
    422,
    'Значение переменной {variable} слишком длинное, символов можно не больше {limit}',
    'The value of {variable} is too long, the limit is {limit} characters',
  ),
  variableInvalid: e(
    422,
    'Значение переменной {variable} неверного формата: {problem}',
    'The value of {variable} has the wrong format: {problem}',
  ),
  textTooLong: e(
    422,
    'Символов в тексте: {actual}, можно не больше {limit}',
    'The text has {actual} characters, the limit is {limit}',
  ),
  linkInvalid: e(
    422,
    'Ссылка кнопки после подстановки значений должна быть https',
    'A button link must be https once its values are filled in',
  ),
  imagesNotAllowed: e(
    400,
    'Изображения отправляются только в составе шаблона: поля {fieldName} нет',
    'Images are sent only inside a template: there is no field {fieldName}',
  ),
  // time and route
  ttlOutOfRange: e(422, 'ttlSeconds должен быть от {min} до {max}', 'ttlSeconds must be from {min} to {max}'),
  sendAtOutOfRange: e(
    422,
    'sendAt должен быть в будущем, не дальше чем через {limitDays} дней',
    'sendAt must be in the future, within {limitDays} days',
  ),
  routeUnavailable: e(
    422,
    'У компании нет подключённого сообщества для этого маршрута',
    'The company has no connected community for this route',
  ),
  statusUrlRefused: e(422, 'statusUrl не принят: {problem}', 'statusUrl is not accepted: {problem}'),
  // messages that were sent
  messageNotCancellable: e(
    409,
    'Отменить можно только сообщение в очереди, а у этого статус {status}',
    'Only a queued message can be cancelled, the status of this one is {status}',
  ),
} as const satisfies Record<string, V1ErrorMessages>;

export type V1ErrorCode = keyof typeof v1Errors;
export const v1ErrorCodes = Object.keys(v1Errors) as [V1ErrorCode, ...V1ErrorCode[]];

export interface V1ErrorMessages {
  status: number;
  ru: string;
  en: string;
}

/** Details of a refusal: numbers, names and times that a program may use. Never a secret. */
export type V1ErrorDetails = Record<string, string | number | boolean | null>;

export interface V1Refusal {
  code: V1ErrorCode;
  /** Dotted path of the invalid field. */
  field?: string;
  details?: V1ErrorDetails;
  /** Text in both languages for {problem}, when one detail cannot say it. */
  problem?: { ru: string; en: string };
}

/** The body of a refusal, alone or as one item of a batch. */
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

function fill(message: string, details: V1ErrorDetails): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

function e(status: number, ru: string, en: string): V1ErrorMessages {
  return { status, ru, en };
}
