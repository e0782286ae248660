/**
 * Turns any error into an answer: `DeskError` for what the caller may know, one table from code to status, and the
 * express error handler. An unknown error is logged in full and answered as `internal`.
 */
import type { ErrorRequestHandler } from 'express';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { ErrorAnswer, Problem } from '../../shared/schemas/common.ts';
import { errorName } from '../observability/loggedError.ts';
import type { Logger } from '../observability/logger.ts';
import { classifyStoreError } from '../storage/classifyStoreError.ts';
import { fileProblemPage } from './fileProblemPage.ts';

export const statusOf: Record<ErrorCode, number> = {
  badRequest: 400,
  bodyTooLarge: 413,
  notFound: 404,
  notSignedIn: 401,
  forbidden: 403,
  conflict: 409,
  tooManyRequests: 429,
  unsupportedMediaType: 415,
  payloadNotJson: 400,
  storeUnavailable: 503,
  internal: 500,
  lastAdministrator: 409,
  emailTaken: 409,
  passwordWrong: 422,
  passwordSame: 422,
  passwordChangeRequired: 403,
  conversationNotFound: 404,
  messageNotFound: 404,
  messageNotRetryable: 409,
  newerReply: 409,
  otherWriter: 409,
  answerEmpty: 400,
  answerTooLong: 400,
  clientTokenReused: 409,
  snoozeInPast: 422,
  snoozeTooFar: 422,
  periodReversed: 422,
  periodTooLong: 422,
  uploadNotFound: 400,
  clientErased: 409,
  nameDiffers: 422,
  cannedNameTaken: 409,
  cannedChanged: 409,
  cannedTooMany: 422,
  reviewChanged: 409,
  reviewOfOwnWork: 422,
  criterionUnknown: 422,
  communityNotFound: 404,
  communityStopped: 409,
  communityExists: 409,
  tokenRejected: 422,
  networkUnreachable: 502,
  wrongSecret: 403,
  wrongCommunity: 403,
  templateNotFound: 404,
  templateNameTaken: 409,
  templateChanged: 409,
  templateNotNow: 409,
  templateHasProblems: 422,
  imageRefused: 422,
  phoneInvalid: 422,
  statusUrlRefused: 422,
  listUnreadable: 422,
  listEncodingUnknown: 422,
  listEncrypted: 422,
  listTooHeavy: 422,
  listEmpty: 422,
  listTooLong: 422,
  listTooWide: 422,
  clientsHavePhones: 409,
  mailingNotNow: 409,
};

const HEADERS_OF_FILES = ['Content-Disposition', 'Content-Length', 'Content-Range', 'Accept-Ranges', 'ETag'];

/** Seconds after which a caller may retry while the store is away. */
const STORE_RETRY_AFTER_S = 3;

export interface DeskErrorDetails {
  message?: string;
  /** Dotted path of the wrong field. */
  field?: string;
  retryAfterS?: number;
  problems?: Problem[];
  cause?: unknown;
}

/** An outcome that the caller may know, by its code. Throw it in a handler; domains return values instead. */
export class DeskError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterS: number | undefined;
  readonly problems: Problem[] | undefined;
  constructor(code: ErrorCode, details: DeskErrorDetails = {}) {
    super(details.message ?? code, { cause: details.cause });
    this.name = 'DeskError';
    this.code = code;
    this.field = details.field;
    this.retryAfterS = details.retryAfterS;
    this.problems = details.problems;
  }
  get status(): number {
    return statusOf[this.code];
  }
  toAnswer(): ErrorAnswer {
    const { code, message, field, retryAfterS, problems } = this;
    return {
      error: {
        code,
        message,
        ...(field !== undefined && { field }),
        ...(retryAfterS !== undefined && { retryAfterS }),
        ...(problems !== undefined && { problems }),
      },
    };
  }
}

/** Converts any thrown value into an error that the caller may see. */
export function toDeskError(error: unknown): DeskError {
  if (error instanceof DeskError) return error;
  if (classifyStoreError(error) === 'away')
    return new DeskError('storeUnavailable', {
      message: 'The database is not responding',
      retryAfterS: STORE_RETRY_AFTER_S,
      cause: error,
    });
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  // body-parser names its refusals by `type`: https://github.com/expressjs/body-parser#errors (read 2026-11-23)
  if (type === 'entity.too.large') return new DeskError('bodyTooLarge', { message: 'The body is too large' });
  if (type === 'entity.parse.failed')
    return new DeskError('payloadNotJson', { message: 'The body is not JSON' });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new DeskError('unsupportedMediaType', {
      message: 'The encoding of the body is not supported',
    });
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return new DeskError('badRequest', { message: 'The body was cut off' });
  if (error instanceof URIError)
    return new DeskError('badRequest', { message: 'The path is encoded incorrectly' });
  return new DeskError('internal', { message: 'Internal error', cause: error });
}

/** The last handler of the app. Logs errors that the caller may not see in full. */
export function errorAnswer(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = toDeskError(thrown);
    if (error.code === 'internal')
      logger.error(
        { err: thrown, requestId: res.locals.requestId, method: req.method, path: req.path },
        'Request failed',
      );
    else if (error.code === 'storeUnavailable')
      logger.warn(
        { requestId: res.locals.requestId, path: req.path, reason: errorName(thrown) },
        'Store unavailable',
      );
    if (res.headersSent) {
      logger.warn(
        { requestId: res.locals.requestId, path: req.path, code: error.code, reason: errorName(error.cause) },
        'Answer broken off',
      );
      // Express closes the connection.
      next(thrown);
      return;
    }
    // What the route had already said of its file is not true of the error.
    for (const name of HEADERS_OF_FILES) res.removeHeader(name);
    res.setHeader('Cache-Control', 'no-store');
    if (error.retryAfterS !== undefined) res.setHeader('Retry-After', String(error.retryAfterS));
    res.status(error.status);
    // A link to a file was opened in a tab of its own.
    if (req.path.startsWith('/media/') && req.accepts(['json', 'html']) === 'html') {
      const language = req.acceptsLanguages(['ru', 'en']) === 'en' ? 'en' : 'ru';
      res.setHeader('Vary', 'Accept, Accept-Language');
      res.type('html').send(fileProblemPage(error.code, language, req.originalUrl));
    } else res.json(error.toAnswer());
  };
}
