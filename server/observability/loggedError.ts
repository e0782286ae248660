/**
 * What the log shows of an error: its name, code and stack, and the same of its cause. Messages and other fields are
 * left out, because they hold data: a duplicate key names a phone's index, a bulk error carries the documents, a JSON
 * error quotes the text.
 */

export interface LoggedError {
  type: string;
  code?: string | number;
  /** The calls, without the first lines, which repeat the message. */
  stack?: string;
  cause?: LoggedError;
}

const CAUSES_AT_MOST = 5;
/** Codes are short words and numbers; anything else might be a text. */
const CODE = /^[\w.-]{1,60}$/;
const CALL = /^ {4}at /;

/** @param error anything that was thrown, or an object that stands for an error of another thread. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (typeof error !== 'object' || error === null) return { type: typeof error };
  const { name, type, code, stack, message, cause, errorResponse } = error as Record<string, unknown>;
  // The driver keeps the error that broke off a bulk write in a field of its own.
  const inner = cause ?? (errorResponse instanceof Error ? errorResponse : undefined);
  return {
    type: nameOf([name, type, error.constructor?.name]),
    ...(isCode(code) && { code }),
    ...(typeof stack === 'string' && { stack: callsOf(stack, String(message)) }),
    ...(inner !== undefined && depth < CAUSES_AT_MOST && { cause: loggedError(inner, depth + 1) }),
  };
}

/** For a line of text about an error that is expected, without its stack: `MongoServerError 11602`. */
export function errorName(error: unknown): string {
  const { type, code, cause } = loggedError(error);
  const own = code === undefined ? type : `${type} ${code}`;
  return cause ? `${own}: ${errorName(cause)}` : own;
}

function nameOf(candidates: unknown[]): string {
  return candidates.find((each): each is string => typeof each === 'string' && CODE.test(each)) ?? 'Error';
}

function isCode(code: unknown): code is string | number {
  return typeof code === 'number' || (typeof code === 'string' && CODE.test(code));
}

/** The message is removed first: a line of it could look like a call. */
function callsOf(stack: string, message: string): string {
  return stack
    .replace(message, '')
    .split('\n')
    .filter((line) => CALL.test(line))
    .map((line) => line.trim())
    .join('\n');
}
