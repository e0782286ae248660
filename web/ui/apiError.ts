/** The error of a failed call: the server's code, or one of two codes that only the browser can set. */
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { Problem } from '../../shared/schemas/common.ts';

export type CallFailureCode = ErrorCode | 'unreachable' | 'unreadableAnswer';

export class ApiError extends Error {
  readonly code: CallFailureCode;
  readonly field: string | null;
  readonly retryAfterS: number | null;
  /** All problems, when the server named several. */
  readonly problems: Problem[];

  constructor(
    code: CallFailureCode,
    message: string,
    details: { field?: string; retryAfterS?: number; problems?: Problem[]; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'ApiError';
    this.code = code;
    this.field = details.field ?? null;
    this.retryAfterS = details.retryAfterS ?? null;
    this.problems = details.problems ?? [];
  }
}

/** The code of any error thrown by a call. */
export function failureCodeOf(error: unknown): CallFailureCode {
  return error instanceof ApiError ? error.code : 'internal';
}
