/**
 * The stable names of everything that can go wrong and be told to somebody.
 * `http/` maps a code to its status, `web/` to words in both languages; nothing ever matches on message text.
 */
export const errorCodes = [
  // request
  'badRequest',
  'bodyTooLarge',
  'notFound',
  'notSignedIn',
  'forbidden',
  'conflict',
  'tooManyRequests',
  'unsupportedMediaType',
  'payloadNotJson',
  'storeUnavailable',
  'internal',
  // people
  'lastAdministrator',
  'emailTaken',
  // conversations and messages
  'conversationNotFound',
  'messageNotFound',
  'messageNotRetryable',
  'answerEmpty',
  'answerTooLong',
  'clientTokenReused',
  'uploadNotFound',
  'clientsHavePhones', // each of two clients that are to become one
  // personal data
  'clientErased',
  'nameDiffers', // what was typed is not the client's name
  // communities
  'communityNotFound',
  'communityStopped',
  'communityExists',
  'tokenRejected',
  'networkUnreachable',
  // webhook
  'wrongSecret',
  'wrongCommunity',
  // the company's settings
  'phoneInvalid',
  // keys of the company's own systems
  'statusUrlRefused',
  // templates
  'templateNotFound',
  'templateNameTaken',
  'templateChanged', // by somebody else, meanwhile
  'templateNotNow', // not from where it is in its life
  'templateHasProblems',
  'imageRefused',
  // lists of clients
  'listUnreadable',
  'listEncrypted',
  'listTooHeavy', // unpacks to too much
  'listEmpty',
  'listTooLong',
  'listTooWide',
  'mailingNotNow', // not from where it is
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Why an outgoing message failed, in the desk's own words; the network's own code is kept beside it.
 * Source of VK's codes: reference, section 2.1.
 */
export const failureCodes = [
  'clientForbidsMessages', // VK 901, 902, 900: blocked, privacy, blacklist
  'clientGone', // VK 18, 113, 936
  'accessDenied', // VK 7, 15
  'communityStopped', // VK 5, 27
  'contentRefused', // VK 100, 911, 913, 914, 921
  'attachmentRefused',
  'conversationClosed', // VK 945, 950, 985
  'networkUnreachable',
  'networkRefused', // anything else the network said no to
] as const;
export type FailureCode = (typeof failureCodes)[number];
