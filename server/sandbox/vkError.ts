/** VK's API errors: codes, VK's own texts, and the shape of a failed answer. */

/** Texts as VK sends them: errors.json of VK's schema 5.199 and the answers of the live API. */
const messages: Record<number, string> = {
  1: 'Unknown error occurred',
  2: 'Application is disabled. Enable your application or use test mode',
  3: 'Unknown method passed',
  4: 'Incorrect signature',
  5: 'User authorization failed: invalid access_token (4).',
  6: 'Too many requests per second',
  7: 'Permission to perform this action is denied',
  8: 'Invalid request: method is unavailable without version',
  9: 'Flood control',
  10: 'Internal server error: could not process the request',
  12: 'Unable to compile code: unexpected token',
  13: 'Runtime error occurred during code invocation',
  14: 'Captcha needed',
  15: 'Access denied',
  18: 'User was deleted or banned',
  27: 'Group authorization failed: method is unavailable with group auth.',
  28: 'Application authorization failed',
  29: 'Rate limit reached',
  100: 'One of the parameters specified was missing or invalid',
  103: 'Out of limits',
  104: 'Not found',
  113: 'Invalid user id',
  125: 'Invalid group id',
  900: "Can't send messages for users from blacklist",
  901: "Can't send messages for users without permission",
  902: "Can't send messages to this user due to their privacy settings",
  909: "Can't edit this message, because it's too old",
  910: "Can't sent this message, because it's too big",
  911: 'Keyboard format is invalid',
  912: 'This is a chat bot feature, change this status in settings',
  913: 'Too many forwarded messages',
  914: 'Message is too long',
  917: "You don't have access to this chat",
  920: "Can't edit this kind of message",
  921: "Can't forward these messages",
  924: "Can't delete this message for everybody",
  925: 'You are not admin of this chat',
  927: 'Chat does not exist',
  936: 'Contact not found',
  940: 'Too many posts in messages',
  943: 'Cannot use this intent',
  945: 'Chat was disabled',
  950: 'Cannot send message, reply timed out',
  985: 'Cannot write to a notifications-only community',
  2000: 'Servers number limit is reached',
};

export class VkApiError extends Error {
  readonly code: number;

  constructor(code: number, detail?: string) {
    const base = messages[code] ?? 'Unknown error occurred';
    super(detail ? `${base}: ${detail}` : base);
    this.name = 'VkApiError';
    this.code = code;
  }
}

export function badParameter(detail: string): VkApiError {
  return new VkApiError(100, detail);
}

export interface VkErrorAnswer {
  error: {
    error_code: number;
    error_msg: string;
    request_params: { key: string; value: string }[];
    captcha_sid?: string;
    captcha_img?: string;
  };
}

/** `request_params` leaves the token out, as VK does. */
export function errorAnswer(
  error: VkApiError,
  method: string,
  parameters: Record<string, string>,
): VkErrorAnswer {
  const echoed = Object.entries(parameters)
    .filter(([key]) => key !== 'access_token')
    .map(([key, value]) => ({ key, value }));
  return {
    error: {
      error_code: error.code,
      error_msg: error.message,
      request_params: [{ key: 'method', value: method }, { key: 'oauth', value: '1' }, ...echoed],
      ...(error.code === 14
        ? { captcha_sid: '123456789012', captcha_img: 'https://api.vk.ru/captcha.php' }
        : {}),
    },
  };
}
