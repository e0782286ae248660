/** $inc, $mul and $bit on BSON numbers. The result has the wider type; int overflows to long, long refuses. */
import { Decimal128, Double, Int32, Long } from 'bson';
import { badValue } from '../errors.ts';
import type { AnyNumber } from '../keys/numberKey.ts';

type Kind = 'int' | 'long' | 'double' | 'decimal';

function kindOf(value: AnyNumber): Kind {
  if (typeof value === 'bigint' || value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof Double) return 'double';
  if (value instanceof Int32) return 'int';
  return Number.isInteger(value) && value <= 0x7fffffff && value >= -0x80000000 && !Object.is(value, -0)
    ? 'int'
    : 'double';
}

export function add(left: AnyNumber, right: AnyNumber): AnyNumber {
  return combine(
    left,
    right,
    (a, b) => a + b,
    (a, b) => a + b,
    addDecimals,
  );
}

export function multiply(left: AnyNumber, right: AnyNumber): AnyNumber {
  return combine(
    left,
    right,
    (a, b) => a * b,
    (a, b) => a * b,
    multiplyDecimals,
  );
}

export function bitwise(left: AnyNumber, operation: string, right: AnyNumber): AnyNumber {
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.some((kind) => kind !== 'int' && kind !== 'long')) throw badValue('$bit needs whole numbers');
  const [a, b] = [whole(left), whole(right)];
  const result =
    operation === 'and' ? a & b : operation === 'or' ? a | b : operation === 'xor' ? a ^ b : undefined;
  if (result === undefined) throw badValue(`$bit has no operation ${operation}`);
  return kinds.includes('long') ? Long.fromBigInt(result) : Number(BigInt.asIntN(32, result));
}

function combine(
  left: AnyNumber,
  right: AnyNumber,
  onWhole: (a: bigint, b: bigint) => bigint,
  onDouble: (a: number, b: number) => number,
  onDecimal: (a: Scaled, b: Scaled) => Scaled,
): AnyNumber {
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.includes('decimal')) return toDecimal(onDecimal(scaled(left), scaled(right)));
  if (kinds.includes('double')) return asDouble(onDouble(Number(left), Number(right)));
  const result = onWhole(whole(left), whole(right));
  if (BigInt.asIntN(64, result) !== result) throw badValue('the result does not fit in a 64-bit integer');
  const isInt = !kinds.includes('long') && BigInt.asIntN(32, result) === result;
  return isInt ? Number(result) : Long.fromBigInt(result);
}

/** JavaScript writes a whole number as int32; a double that became whole stays a double. */
export function asDouble(value: number): AnyNumber {
  return kindOf(value) === 'int' ? new Double(value) : value;
}

function whole(value: AnyNumber): bigint {
  if (typeof value === 'bigint') return value;
  return value instanceof Long ? value.toBigInt() : BigInt(Number(value));
}

interface Scaled {
  coefficient: bigint;
  exponent: number;
}

function scaled(value: AnyNumber): Scaled {
  const [mantissa = '0', power = '0'] = String(value).toUpperCase().split('E');
  const [wholePart = '0', part = ''] = mantissa.split('.');
  if (!/^[-+]?\d+$/.test(wholePart)) throw badValue(`cannot calculate with ${String(value)}`);
  return { coefficient: BigInt(wholePart + part), exponent: Number(power) - part.length };
}

function addDecimals(a: Scaled, b: Scaled): Scaled {
  const exponent = Math.min(a.exponent, b.exponent);
  const at = ({ coefficient, exponent: own }: Scaled) => coefficient * 10n ** BigInt(own - exponent);
  return { coefficient: at(a) + at(b), exponent };
}

function multiplyDecimals(a: Scaled, b: Scaled): Scaled {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
}

function toDecimal({ coefficient, exponent }: Scaled): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}
