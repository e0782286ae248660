/** `$dateToString` in UTC or at a fixed offset; named time zones are refused. */
import { CommandError, notSupported } from '../errors.ts';
import { type ExpressionOperator, fieldsOf, isNil, wrongType } from './scope.ts';

const padded = (value: number, digits: number) => String(value).padStart(digits, '0');

const specifiers: Record<string, (date: Date) => string> = {
  Y: (date) => padded(date.getUTCFullYear(), 4),
  m: (date) => padded(date.getUTCMonth() + 1, 2),
  d: (date) => padded(date.getUTCDate(), 2),
  H: (date) => padded(date.getUTCHours(), 2),
  M: (date) => padded(date.getUTCMinutes(), 2),
  S: (date) => padded(date.getUTCSeconds(), 2),
  L: (date) => padded(date.getUTCMilliseconds(), 3),
  '%': () => '%',
};
/** A server has them; this store does not. */
const otherSpecifiers = new Set('GVuUwjzZbB');
const defaultFormat = '%Y-%m-%dT%H:%M:%S.%LZ';

export const dateToString: ExpressionOperator = (argument, compile, name) => {
  const fields = fieldsOf(argument, name, ['date'], ['format', 'timezone', 'onNull']);
  const [date, format, timezone, onNull] = ['date', 'format', 'timezone', 'onNull'].map((field) =>
    compile(fields[field] ?? null),
  );
  return (scope) => {
    const at = date!(scope);
    if (isNil(at)) return onNull!(scope);
    if (!(at instanceof Date)) throw wrongType(16006, name, 'dates', at);
    const wanted = fields.format === undefined ? defaultFormat : format!(scope);
    const zone = fields.timezone === undefined ? 'UTC' : timezone!(scope);
    if (isNil(wanted) || isNil(zone)) return null;
    if (typeof wanted !== 'string') throw wrongType(18533, name, 'a string as format', wanted);
    const local = new Date(at.getTime() + offsetMinutes(zone) * 60_000);
    return wanted.replace(/%(.?)/g, (_, specifier: string) => shown(local, specifier));
  };
};

function shown(date: Date, specifier: string): string {
  const show = Object.hasOwn(specifiers, specifier) ? specifiers[specifier] : undefined;
  if (show !== undefined) return show(date);
  if (otherSpecifiers.has(specifier))
    throw notSupported(`$dateToString with %${specifier} is not supported by the embedded store`);
  throw new CommandError(18536, `Invalid format character '%${specifier}' in format string`);
}

function offsetMinutes(zone: unknown): number {
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  const parts = typeof zone === 'string' ? /^([+-])(\d\d):?(\d\d)?$/.exec(zone) : null;
  if (parts === null)
    throw notSupported(`the time zone ${String(zone)} is not supported by the embedded store`);
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return parts[1] === '-' ? -minutes : minutes;
}
