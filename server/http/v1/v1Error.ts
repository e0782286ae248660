/** Turns a refusal of the sending API into an answer: its code, messages in two languages, and its headers. */
import type { ErrorRequestHandler, Response } from 'express';
import { type V1ErrorCode, type V1Refusal, v1ErrorBody, v1Errors } from '../../../shared/v1/errorCodes.ts';
import { v1Limits } from '../../../shared/v1/messages.ts';
import { errorName } from '../../observability/loggedError.ts';
import type { Logger } from '../../observability/logger.ts';
import { toDeskError } from '../errors.ts';

/** Thrown by the API's own handlers to answer a refusal. */
export class V1Error extends Error {
  readonly refusal: V1Refusal;
  constructor(refusal: V1Refusal) {
    super(refusal.code);
    this.name = 'V1Error';
    this.refusal = refusal;
  }
}

const STORE_RETRY_AFTER_S = 3;

/**
 * The problem names of OAuth's problem reporting extension (wiki.oauth.net/ProblemReporting), which clients expect.
 */
const oauthProblems: Partial<Record<V1ErrorCode, string>> = {
  authorizationMissing: 'parameter_absent',
  oauthParameterAbsent: 'parameter_absent',
  oauthParameterRejected: 'parameter_rejected',
  oauthVersionRejected: 'version_rejected',
  oauthTokenRejected: 'token_rejected',
  signatureMethodRejected: 'signature_method_rejected',
  consumerKeyUnknown: 'consumer_key_unknown',
  consumerKeyOff: 'consumer_key_refused',
  timestampRefused: 'timestamp_refused',
  nonceUsed: 'nonce_used',
  signatureInvalid: 'signature_invalid',
  bodyHashAbsent: 'parameter_absent',
  bodyHashInvalid: 'body_hash_invalid',
};

function answerRefusal(res: Response, refusal: V1Refusal): void {
  const { status } = v1Errors[refusal.code];
  if (status === 401) {
    const problem = oauthProblems[refusal.code];
    res.setHeader(
      'WWW-Authenticate',
      `OAuth realm="notify-inbox"${problem ? `, oauth_problem="${problem}"` : ''}`,
    );
  }
  const retryAfterS =
    refusal.code === 'storeUnavailable' ? STORE_RETRY_AFTER_S : refusal.details?.retryAfterS;
  if (retryAfterS !== undefined) res.setHeader('Retry-After', String(retryAfterS));
  res.status(status).json({ error: v1ErrorBody(refusal) });
}

/** The last handler of the API's router. Causes are logged and never sent. */
export function v1ErrorAnswer(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const refusal = toRefusal(thrown);
    const about = { requestId: res.locals.requestId, method: req.method, path: req.path };
    if (refusal.code === 'internal') logger.error({ err: thrown, ...about }, 'Request failed');
    if (refusal.code === 'storeUnavailable')
      logger.warn({ ...about, reason: errorName(thrown) }, 'Store unavailable');
    if (res.headersSent) next(thrown);
    else answerRefusal(res, refusal);
  };
}

function toRefusal(thrown: unknown): V1Refusal {
  if (thrown instanceof V1Error) return thrown.refusal;
  const { code } = toDeskError(thrown);
  switch (code) {
    case 'bodyTooLarge':
      return { code, details: { limitBytes: v1Limits.bodyBytes } };
    case 'badRequest':
      return { code, problem: { ru: 'его нельзя прочитать', en: 'it cannot be read' } };
    case 'storeUnavailable':
    case 'unsupportedMediaType':
    case 'payloadNotJson':
      return { code };
    default:
      return { code: 'internal' };
  }
}
