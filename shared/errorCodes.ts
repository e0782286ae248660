/**
 * Stable codes of every error that an API answer or a screen can show.
 * `http/` maps a code to its status, `web/` to a text in both languages; no code ever matches on message text.
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
  'passwordWrong',
  'passwordSame', // the new password is the present one
  'passwordChangeRequired', // nothing else works until the person has chosen a password
  // conversations and messages
  'conversationNotFound',
  'messageNotFound',
  'messageNotRetryable',
  'newerReply', // the client has written after what the person had seen
  'otherWriter', // another person is signed in than the one who wrote it
  'answerEmpty',
  'answerTooLong',
  'clientTokenReused',
  'snoozeInPast',
  'snoozeTooFar', // over `limits.snoozeDaysMax`
  'periodReversed',
  'periodTooLong', // over `reportLimits.days`
  'uploadNotFound',
  'clientsHavePhones', // each of two clients to be merged has a phone
  // canned answers
  'cannedNameTaken',
  'cannedChanged', // another person, or another tab, saved it in between
  'cannedTooMany',
  // quality
  'reviewChanged', // its author has written or changed it since it was read
  'reviewOfOwnWork',
  'criterionUnknown',
  // personal data
  'clientErased',
  'nameDiffers', // the typed name is not the client's name
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
  'templateChanged', // another person saved it in between
  'templateNotNow', // not allowed in its present state
  'templateHasProblems',
  'imageRefused',
  // campaigns
  'listUnreadable',
  'listEncodingUnknown',
  'listEncrypted',
  'listTooHeavy', // too large when unpacked
  'listEmpty',
  'listTooLong',
  'listTooWide',
  'mailingNotNow', // not allowed in its present state
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Why an outgoing message failed, as our own code; the network's code is stored beside it.
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
  'networkRefused', // any other refusal of the network
] as const;
export type FailureCode = (typeof failureCodes)[number];
