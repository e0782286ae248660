/**
 * The program's log: one JSON line per event, on standard output. Owns the list of values that must never be logged:
 * tokens, cookies, passwords, phones and message texts. `loggedError.ts` owns what is logged of an error.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import { loggedError } from './loggedError.ts';

export type { Logger } from 'pino';

/** Keys whose values are personal or secret wherever they appear, down to three levels. */
const HIDDEN_KEYS = [
  'token',
  'accessToken',
  'access_token',
  'clientToken',
  'password',
  'secret',
  'secretKey',
  'authorization',
  'cookie',
  'set-cookie',
  'phone',
  'email',
  'text',
  'body',
];
const HIDDEN_PATHS = HIDDEN_KEYS.flatMap((key) => {
  const step = key.includes('-') ? `["${key}"]` : key;
  const below = (parent: string) => (step.startsWith('[') ? `${parent}${step}` : `${parent}.${step}`);
  return [step, below('*'), below('*.*')];
});

/** @param destination where the lines go; standard output when absent. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: HIDDEN_PATHS, censor: '[hidden]' },
      serializers: { err: serializeError, error: serializeError },
    },
    destination ?? pino.destination(1),
  );
}

/** A text under `error` names a problem and is no error. */
function serializeError(error: unknown): unknown {
  return typeof error === 'string' ? error : loggedError(error);
}
