/**
 * Numbers of every BSON type as bytes in one exact order: the greatest double not above the number, then a mark, then
 * the remainder as decimal digits. int, long, double and decimal of one value give the same bytes.
 */
import { Decimal128, Double, Int32, type Long } from 'bson';
import type { ByteWriter } from './byteWriter.ts';

const exact = 0x80;
const above = 0x81;
const digitsBias = 8192;
/** Further from zero than any decimal128 (10^6144): used as minus infinity when a remainder is computed from it. */
const beyondDecimals: Fraction = { coefficient: -1n, exponent: 6200 };

/** coefficient × 10^exponent, exactly. */
interface Fraction {
  coefficient: bigint;
  exponent: number;
}

export type AnyNumber = number | bigint | Int32 | Double | Long | Decimal128;

export function writeNumberKey(writer: ByteWriter, value: AnyNumber): void {
  if (typeof value === 'number') {
    writeDouble(writer, value, exact);
    return;
  }
  if (value instanceof Int32 || value instanceof Double) {
    writeDouble(writer, Number(value.value), exact);
    return;
  }
  if (value instanceof Decimal128) {
    writeDecimal(writer, value);
    return;
  }
  const whole = typeof value === 'bigint' ? value : value.toBigInt();
  const near = Number(whole);
  if (Number.isSafeInteger(near)) {
    writeDouble(writer, near, exact);
    return;
  }
  writeFraction(writer, { coefficient: whole, exponent: 0 }, near);
}

function writeDouble(writer: ByteWriter, value: number, mark: number): void {
  const start = writer.length;
  if (Number.isNaN(value)) {
    // MongoDB: NaN is below every other number.
    writer.raw(Buffer.alloc(8));
  } else {
    writer.doubleBits(value === 0 ? 0 : value);
    writer.orderDouble(start);
  }
  writer.byte(mark);
}

function writeDecimal(writer: ByteWriter, value: Decimal128): void {
  const text = value.toString();
  const near = Number(text);
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') {
    writeDouble(writer, near, exact);
    return;
  }
  writeFraction(writer, parseDecimal(text), near);
}

function parseDecimal(text: string): Fraction {
  const [mantissa = '0', power = '0'] = text.split('E');
  const [whole = '0', part = ''] = mantissa.split('.');
  return { coefficient: BigInt(whole + part), exponent: Number(power) - part.length };
}

function writeFraction(writer: ByteWriter, value: Fraction, near: number): void {
  if (value.coefficient === 0n) {
    writeDouble(writer, 0, exact);
    return;
  }
  let floor = near === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : near;
  let rest = subtract(value, floor);
  while (rest.coefficient < 0n) {
    floor = doubleBelow(floor);
    rest = subtract(value, floor);
  }
  if (rest.coefficient === 0n) {
    writeDouble(writer, floor, exact);
    return;
  }
  writeDouble(writer, floor, above);
  const digits = rest.coefficient.toString();
  const magnitude = rest.exponent + digits.length + digitsBias;
  writer.byte(magnitude >> 8);
  writer.byte(magnitude & 0xff);
  writer.text(digits.replace(/0+$/, ''));
}

function subtract(value: Fraction, double: number): Fraction {
  const other = double === Number.NEGATIVE_INFINITY ? beyondDecimals : doubleAsFraction(double);
  const exponent = Math.min(value.exponent, other.exponent);
  const left = value.coefficient * 10n ** BigInt(value.exponent - exponent);
  const right = other.coefficient * 10n ** BigInt(other.exponent - exponent);
  return { coefficient: left - right, exponent };
}

const bits = new DataView(new ArrayBuffer(8));

function doubleAsFraction(value: number): Fraction {
  if (value === 0) return { coefficient: 0n, exponent: 0 };
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const power = (biased === 0 ? 1 : biased) - 1075;
  const signed = value < 0 ? -mantissa : mantissa;
  if (power >= 0) return { coefficient: signed << BigInt(power), exponent: 0 };
  // m / 2^k is m × 5^k / 10^k
  return { coefficient: signed * 5n ** BigInt(-power), exponent: power };
}

function doubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, value);
  const raw = bits.getBigInt64(0);
  bits.setBigInt64(0, value > 0 ? raw - 1n : raw + 1n);
  return bits.getFloat64(0);
}
